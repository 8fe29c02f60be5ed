"""The places where a password stands that nothing else gives away: an argument of a call, a flag of a tool, a word of a
statement. One row each."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_compiled = cache(re.compile)
_QUOTED = r"(?P<q>[\"'])(?P<secret>[^\"'\s]{6,200})(?P=q)"
_PAIR = r"b?(?P<q>[\"'`])[\w.@+\-]{1,60}:(?P<secret>[^\"'`\s]{6,200})(?P=q)"
_FLAG_VALUE = r"[\"']?(?P<secret>[^\s\"'\-$][^\s\"']{5,200})"
_KEYS = "pass|secret|token|apikey|api_key"
_KEY = r"(?:pass(?:word|wd|phrase)?|secret|token|api_?key)"
_BEHIND_KEY = "".join(
    (
        "(?:",
        "|".join(rf"(?<={key}{{0}})" for key in "pass password passwd passphrase secret token api_?key".split()),
        ")",
    )
)
_ARGUMENT = r"(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[^,()\"'\n]{1,100})\s{0,20},\s{0,20}"
_PROPERTIES = r"(?:[ \t]{1,40}(?:type|noecho|description|m[ai][nx]length|\w{1,30}pattern|\w{1,30}description):[^\n]{0,300}\n){1,8}"


class Place(NamedTuple):
    """Where a password stands.

    Attributes:
        words: one of them begins every match.
        expression: in linear time, for text in lower case. Its group `secret` is the password, its group `name`, where it
            has one, the end of the name that the password was given.
        example: must match.
        look_alike: must not match.
        before: how far before the word a match may begin instead; it then ends with the word.
    """

    words: tuple[str, ...]
    expression: str
    example: str
    look_alike: str
    before: int = 0

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when a text holds one of the words, as few texts do."""
        return _compiled(self.expression)


def _row(words: str, expression: str, example: str, look_alike: str, before: int = 0) -> Place:
    return Place(tuple(words.split("|")), expression, example, look_alike, before)


def _call(name: str, before: int) -> Place:
    """A call whose argument behind so many others is a password."""
    arguments = "'ops', " * before
    return _row(
        f"{name}(",
        rf"{'' if name[0] == '.' else '(?<![a-z0-9])'}{_escaped(name)}\(\s{{0,20}}(?:{_ARGUMENT}){{{before}}}{_QUOTED}",
        f"{name}({arguments}'Kestrel" + "$9213')",
        f"{name}({arguments}'password')",
    )


def _flag(tool: str, flag: str, most: int = 200) -> str:
    """A flag of a tool on its command line, which no other call of the same tool lies in."""
    return rf"{tool}\s(?:(?:(?!{tool}\s)[^\n|;]){{0,{most}}}?\s)?{flag}"


def _escaped(name: str) -> str:
    return name.replace(".", r"\.")


PLACES: tuple[Place, ...] = (
    # calls
    _call("httpbasicauth", 1), _call("basic_auth", 1), _call("basicauth", 1), _call("networkcredential", 1),
    _call("usernamepasswordcredentials", 1), _call("passwordauthentication", 1), _call(".login", 1),
    _call("getconnection", 2), _call("dbi->connect", 2), _call("new pdo", 2), _call("mysqli", 2), _call("mysql_connect", 2),
    _call("mysqli_connect", 2), _call("plaintext", 0), _call("unsafeplaintext", 0), _call("hashsync", 0), _call("bcrypt.hash", 0),
    _call("hash::make", 0), _call("bcrypt", 0), _call("generate_password_hash", 0), _call("hmac256", 0),
    _call("hmac512", 0), _call("signwith", 1), _call("wifi.begin", 1),
    _call("credentials", 3),
    _row(
        "64", rf"64(?:(?<=b64)encode|(?<=base64)_encode|(?<=encode64))\(\s{{0,20}}{_PAIR}",
        "b64encode(b'ops:granite" + "2190')", "b64encode('user:password')",
    ),
    _row("btoa(", rf"\bbtoa\(\s{{0,20}}{_PAIR}", "btoa('ops:granite" + "2190')", "btoa('user:password')"),
    _row("buffer.from(", rf"\bbuffer\.from\(\s{{0,20}}{_PAIR}", "Buffer.from('ops:granite" + "2190')", "Buffer.from('data:text')"),
    _row("auth=(", rf"\bauth=\({_ARGUMENT}{_QUOTED}", "get(url, auth=('ops', 'granite" + "2190'))", "auth=(user, 'password')"),
    _row(
        "pass", rf"pass(?:word|wd|phrase)\(\s{{0,20}}{_QUOTED}",
        'dataSource.setPassword("Autumn' + '$7204")', 'setPassword("password")',
    ),
    _row(
        "secret", rf"secret(?:string)?(?:::new|::from)?\(\s{{0,20}}{_QUOTED}",
        'SecretString::new("Autumn' + '$7204")', 'getSecret("database-url")',
    ),
    # statements
    _row(
        "identified", r"\bidentified\s+(?:with\s+[\w\"']{1,40}\s+)?(?:by|as)\s+(?:password\s+)?" + _QUOTED,
        "CREATE USER app IDENTIFIED BY 'granite" + "#4704'", "IDENTIFIED BY '${DB_PASSWORD}'",
    ),
    _row(
        "pass", r"pass(?:(?<![a-z]pass)|(?<=storepass)|(?<=keypass))(?:word|wd|phrase)?[ \t]{1,4}" + _QUOTED,
        "ALTER ROLE app ENCRYPTED PASSWORD 'juniper" + "8692'", "the password 'must contain a digit'",
    ),
    _row(
        "convertto-securestring", rf"convertto-securestring\s+(?:-string\s+)?{_QUOTED}",
        'ConvertTo-SecureString "Kestrel' + '-4987" -AsPlainText -Force', 'ConvertTo-SecureString "$env:PW" -AsPlainText',
    ),
    _row(
        "requirepass|masterauth", r"(?<!\S)(?:requirepass|masterauth)[ \t]+[\"']?(?P<secret>[^\s\"']{6,200})",
        "requirepass velvet" + "#1640", "requirepass foobared",
    ),
    # tools
    _row(
        "mysql|mariadb", _flag(r"(?<!\w)(?:mysql(?:dump|admin)?|mariadb(?:-dump|-admin)?)", "-p", 120) + r"(?P<secret>[^\s\"'\-$][^\s\"']{5,100})",
        "mysql -h db -u app -pvelvet" + "_1213 shop", "mysql -u app -p shop2024_archive",
    ),
    _row(
        "sshpass|login", _flag("(?:sshpass|login)", "-p") + r"[ =]?[\"']?(?P<secret>[^\s\"'\-$][^\s\"']{5,200})",
        "docker login registry.acme.io -u ci -p cobalt" + "#1227", "docker login -u ci -p $PASSWORD",
    ),
    _row(
        "redis-cli", _flag("redis-cli", "-a", 120) + r"[ ]?[\"']?(?P<secret>[^\s\"'\-$][^\s\"']{5,200})",
        "redis-cli -h cache -a 'velvet" + "@5055' ping", "redis-cli -h cache -a $REDIS_PASSWORD ping",
    ),
    _row(
        "curl", _flag("curl", "-u") + r"(?P<user>[^\s:\"'=]{1,60}):(?P<secret>[^\s\"']{6,200})",
        "curl -uadmin:granite" + "6907 https://jenkins.acme.io", "curl -uadmin:$TOKEN https://jenkins.acme.io",
    ),
    _row(
        "echo|printf", r"\b(?:echo|printf)\s+(?:-n\s+)?[\"']?(?P<secret>(?!\$)[^\s\"'|]{6,200})[\"']?\s{0,4}\|[^\n|]{0,120}--password-stdin",
        "echo 'Autumn" + "#6572' | docker login -u ci --password-stdin", "echo password | docker login --password-stdin",
    ),
    _row(
        "echo", r"\becho\s+(?:-e\s+)?[\"']?[\w.\-]{1,60}:(?P<secret>(?!\$)[^\s\"'|]{6,200})[\"']?\s{0,4}\|[^\n|]{0,80}\bchpasswd",
        "echo 'deploy:Autumn" + "#6572' | sudo chpasswd", 'echo "deploy:$PASSWORD" | chpasswd',
    ),
    _row(
        "htpasswd", r"\bhtpasswd\s+-\w{0,6}b\w{0,6}\s+(?:[\w./\-]{1,120}\s+)?[\w.@\-]{1,60}\s+[\"']?(?P<secret>[^\s\"'\-$][^\s\"']{5,200})",
        "htpasswd -bc /etc/nginx/.htpasswd ops velvet" + "#2218", "htpasswd -bc .htpasswd ops $PASSWORD",
    ),
    _row(
        "ldap", _flag("ldap(?:search|modify|add|delete|whoami|passwd)", "-w") + r"[ ]?[\"']?(?P<secret>[^\s\"'\-$][^\s\"']{5,200})",
        "ldapsearch -x -D cn=admin -w granite" + "#8841 -b dc=acme", "ldapsearch -x -D cn=admin -w $LDAP_PASSWORD",
    ),
    _row(
        "smbclient", _flag("smbclient", "-u") + r"\s{0,2}[\"']?[\w.\\\-]{1,60}%(?P<secret>[^\s\"'$][^\s\"']{5,200})",
        "smbclient //nas/backup -U 'ops%juniper" + "!7713'", "smbclient //nas/backup -U 'ops%$PASSWORD'",
    ),
    _row(
        "gh secret set", r"\bgh secret set\s+\w{1,80}\s[^\n]{0,80}?(?:--body|-b)[ =][\"']?(?P<secret>(?!\$)[^\s\"']{6,400})",
        'gh secret set DEPLOY_PASSWORD --body "Autumn' + '#8364"', 'gh secret set DEPLOY_PASSWORD --body "$VALUE"',
    ),
    _row(
        "mysql|mariadb", r"(?<=[\"'])(?:mysql|mariadb)\w{0,6}[\"'](?:\s{0,8},\s{0,8}[\"'][^\"'\n]{0,80}[\"']){0,8}?"
        r"\s{0,8},\s{0,8}[\"']-p(?P<secret>[^\s\"'$]{6,100})[\"']",
        '["mysql", "-u", "app", "-pvelvet' + '_1213"]', '["mysql", "-u", "app", "-p$PASSWORD"]',
    ),
    _row(
        "sshpass", r"(?<=[\"'])sshpass[\"']\s{0,4},\s{0,4}\[?[\"']-p[\"']?\s{0,4},?\s{0,4}[\"']?(?P<secret>[^\s\"'$]{6,100})[\"']",
        "spawn('sshpass', ['-p', 'velvet" + "_1213', 'ssh'])", "spawn('sshpass', ['-p', 'password', 'ssh'])",
    ),
    _row(
        "cqlsh|cypher-shell|mosquitto_pub|mosquitto_sub|sqlcmd|elasticsearch-users",
        _flag("(?:cqlsh|cypher-shell|mosquitto_[ps]ub|sqlcmd|elasticsearch-users)", "-p") + rf"[ ]?{_FLAG_VALUE}",
        "cqlsh -u ops -p velvet" + "_1213x", "mosquitto_pub -h mq -p 1883 -t a",
    ),
    _row("rabbitmqctl", rf"rabbitmqctl\s(?:add_user|change_password)\s[\w.\-]{{1,60}}\s{_FLAG_VALUE}",
        "rabbitmqctl add_user ops velvet" + "_1213x", "rabbitmqctl add_user ops $PASSWORD",
    ),
    _row("lftp", _flag("lftp", "-u") + rf"\s?[\w.\-]{{1,60}},{_FLAG_VALUE}", "lftp -u ops,velvet" + "#1213 ftp.acme.io", "lftp -u ops,$PASSWORD ftp.acme.io"),
    _row("config set", rf"config\sset\s(?:[^\n]{{0,60}}\s)?--secret\s[\w:.\-]{{1,60}}\s{_FLAG_VALUE}",
        "pulumi config set --secret dbPassword velvet" + "#1213", "pulumi config set --secret dbPassword $PW",
    ),
    _row("::add-mask::", r"::add-mask::(?P<secret>(?!\$)[^\s\"']{6,200})", 'echo "::add-mask::velvet' + '#1213"', 'echo "::add-mask::$TOKEN"'),
    _row(
        "echo|printf", r"\b(?:echo|printf)\s+(?:-n\s+)?[\"']?(?P<secret>(?!\$)[^\s\"'|]{6,200})[\"']?\s{0,4}\|\s{0,4}(?:docker|podman)\s+secret\s+create",
        "printf 'Autumn" + "#6572' | docker secret create db -", 'printf "$PW" | docker secret create db -',
    ),
    _row(
        "http |https ", r"(?<!\S)" + _flag("https?", "(?:-a|--auth)") + r"[ =]?[\"']?[\w.@+\-]{1,60}:(?P<secret>[^\s\"']{6,200})",
        "http -a ops:velvet" + "#1213 https://acme.io/x", "http -a ops:$PASSWORD https://acme.io/x",
    ),
    _row(
        "bundle config", r"bundle config\s(?:(?:set|--\w{1,10})\s){0,3}[\w.\-/:]{3,100}\s[\"']?[\w.\-]{1,60}:(?!//)(?P<secret>[^\s\"'$][^\s\"']{5,200})",
        "bundle config set --global gems.acme.io ci:velvet" + "#1213", "bundle config set mirror.https://rubygems.org https://gems2.acme.io",
    ),
    _row(
        "bundle_", r"bundle_\w{3,80}[\"']?\s{0,4}[:=]\s{0,4}[\"']?[\w.\-]{1,60}:(?!//)(?P<secret>[^\s\"'$][^\s\"']{5,200})",
        'BUNDLE_GEMS__ACME__IO: "ci:velvet' + '#1213"', 'BUNDLE_MIRROR__ALL: "https://gems2.acme.io"',
    ),
    _row("7z |7za ", _flag("7za?", "-p") + rf"{_FLAG_VALUE}", "7z a -pvelvet" + "#1213 a.7z b", "7z a -p$PASSWORD a.7z b"),
    _row(
        "issecret=true]", r"issecret=true\](?P<secret>[^\s\"'$][^\s\"']{5,400})",
        'echo "##vso[task.setvariable variable=apiToken;issecret=true]velvet' + '#1213"',
        'echo "##vso[task.setvariable variable=apiToken;issecret=true]$TOKEN"',
    ),
    _row(
        "assword:", r"assword:\s?[\"'][^\n]{0,20}\s{0,40}send\s+(?:--\s+)?[\"'](?P<secret>[^\s\"'\\$]{6,200})\\r",
        'expect "assword:" { send "velvet' + '#1213\\r" }', 'expect "assword:" { send "$password\\r" }',
    ),
    # settings of servers
    _row(
        "header_up|proxy_set_header|requestheader set|request_header",
        r"(?:header_up|proxy_set_header|requestheader\sset|request_header)\s+(?P<name>[\w\-]{1,60})\s+[\"']?(?P<secret>[^\s\"'$;{%][^\s\"';]{5,400})",
        'header_up X-Api-Key "velvet' + '#1213"', 'proxy_set_header X-Api-Version "velvet#1213"',
    ),
    _row(
        "]:25|]:465|]:587|]:2525", r"\]:\d{2,4}\s+[\w.@+\-]{1,80}:(?P<secret>[^\s$]\S{5,200})",
        "[smtp.acme.io]:587 ops@acme.io:velvet" + "#1213", "[smtp.acme.io]:587 ops@acme.io:${PASSWORD}",
    ),
    _row(
        "{plain}|{clear}|{cleartext}", r"\{(?:plain|clear|cleartext)\}(?P<secret>[^\s:\"']{6,200})",
        "ops:{PLAIN}velvet" + "#1213:1000:1000", "ops:{PLAIN}password:1000:1000",
    ),
    _row('" * "', r'" \* "(?P<secret>[^\s"]{6,200})"(?:\s+\*|\s*$)', '"ops" * "velvet' + '#1213" *', '"ops" * "password" *'),
    _row(
        "<auth-user-pass>", r"<auth-user-pass>\s{0,8}\n[^\n]{1,80}\n[ \t]{0,20}(?P<secret>[^\s<]{6,200})\s",
        "<auth-user-pass>\nops\nvelvet" + "#1213\n</auth-user-pass>", "<auth-user-pass>\nops\npassword\n</auth-user-pass>",
    ),
    _row(
        "neo4j_auth|basic_auth|http_auth|proxy_auth|registry_auth",
        r"\w{4,8}_auth[\"']?\s{0,2}[:=]\s{0,2}[\"']?[\w.\-]{1,40}[:/](?!/)(?P<secret>[^\s\"',$][^\s\"',]{5,200})",
        "NEO4J_AUTH=neo4j/velvet" + "#1213", "NEO4J_AUTH=neo4j/${NEO4J_PASSWORD}",
    ),
    _row(
        "'crypt'|\"crypt\"", r"[\"']crypt[\"']\s{0,4}=>\s{0,4}(?:\[|array\()\s{0,80}[\"']key[\"']\s{0,4}=>\s{0,4}" + _QUOTED,
        "'crypt' => [\n 'key' => 'velvet" + "#1213'\n ],", "'crypt' => [\n 'key' => 'password'\n ],",
    ),
    # what tests type into a form
    _row(
        "pass", rf"pass(?:word|wd|phrase)?[\"'],\s{{0,4}}with:\s{{0,4}}{_QUOTED}",
        "fill_in 'Password', with: 'velvet" + "#1213'", "fill_in 'Password', with: password",
    ),
    _row(
        "pass", rf"pass(?:word|wd|phrase)?[\"'\])]{{1,3}}\.(?:fill|type|send_keys|sendkeys|set|set_value|setvalue)\(\s{{0,20}}{_QUOTED}",
        "page.getByLabel('Password').fill('velvet" + "#1213')", "page.getByLabel('Password').fill('password')",
    ),
    # connections
    _row(
        "@tcp(", r"(?<![\w.\-])[\w.\-]{1,60}:(?P<secret>[^\s\"'/]{3,200})@tcp\(",
        '"app:Autumn' + '$6906@tcp(db:3306)/shop"', '"app:password@tcp(db:3306)/shop"', 262,
    ),
    _row(
        "jdbc:oracle:", r"jdbc:oracle:\w{2,6}:\w{1,60}/(?P<secret>[^\s\"'/]{3,100})@",
        "jdbc:oracle:thin:app/juniper" + "!3568@//db:1521/ORCL", "jdbc:oracle:thin:app/${PW}@//db:1521/ORCL",
    ),
    _row("pwd={", r"\bpwd=\{(?P<secret>[^{}\n]{6,200})\}(?=;|[\"']|\s|\Z)", "UID=app;PWD={velvet" + "_7246};", "UID=app;PWD={password};"),
    _row(
        ":5432:", r"(?<=[\w.\-*]):5432:[\w\-*]{1,60}:[\w.\-]{1,60}:(?P<secret>\S{6,200})(?!\S)",
        "db.acme.io:5432:shop:app:Autumn" + "!9225", "db.acme.io:5432:shop:app:secret",
    ),
    # names and values apart
    _row(
        '"value"', r"\"value\"\s?:\s?\"(?P<secret>[^\"\n]{6,400})\"\s{0,40},\s{0,40}\"(?:name|key)\"\s?:\s?\"(?P<name>[\w.\-]{1,80})\"",
        '{"value":"Autumn' + '5307","name":"DB_PASSWORD"}', '{"value":"Autumn5307","name":"SEASON"}',
    ),
    _row(
        _KEYS, _KEY + r"[\"']\s{0,4}:\s{0,4}\{[^{}]{0,200}?[\"'](?:default)?value[\"']\s?:\s?[\"'](?P<secret>[^\"'\s]{6,400})[\"']",
        '"adminPass": {"type": "string", "value": "Autumn' + '#5307"}', '"adminPassword": {"value": "password"}',
    ),
    _row(
        _KEYS, _KEY + r":[ \t]*\n[ \t]{1,40}value:[ \t]+[\"']?(?P<secret>[^\s\"'#&*!{|>][^\s\"']{5,400})",
        "DB_PASS:\n  value: Autumn" + "#5307\n", "DB_PASSWORD:\n  value: password\n",
    ),
    _row(
        _KEYS, _KEY + r"</(?:td|th|dt|b|strong)>\s{0,80}(?:<t?d{1,2}>)?\s{0,80}(?:<code>)?(?P<secret>[^<\s]{6,200})<",
        "<td>Pass</td><td><code>Autumn" + "#5307</code></td>", "<td>Password</td><td>required</td>",
    ),
    _row(
        ":password:", r"(?<!\S):password:[ \t]{1,20}`{0,2}(?P<secret>[^\s`]{6,200})`{0,2}$",
        ":Password: ``Autumn" + "#5307``", ":Password: required",
    ),
    _row(
        "<key>", r"<key>(?P<name>[\w .\-]{1,60})</key>\s{0,80}<string>(?P<secret>[^<\s]{6,400})</string>",
        "<key>Password</key>\n<string>cobalt" + "#3120</string>", "<key>CFBundleVersion</key>\n<string>cobalt#3120</string>",
    ),
    _row(
        "pass|secret|token|key", rf"(?P<name>(?:pass|secret|token|key)\w{{0,20}}):[ \t]*\n{_PROPERTIES}"
        r"[ \t]{1,40}default:[ \t]*[\"']?(?P<secret>[^\s\"'#][^\s\"']{5,400})",
        "DBPass:\n  Type: String\n  NoEcho: true\n  Default: Kestrel" + "$6402\n", "DBName:\n  Type: String\n  Default: Kestrel$6402\n",
    ),
    _row(
        "mnemonic", r"mnemonic[\"']?\s{0,4}[:=]\s{0,4}[\"'](?P<secret>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})[\"']",
        'MNEMONIC="legal winner thank year wave sausage worth useful legal winner thank ' + 'yellow"',
        'MNEMONIC="test test test test test test test test test test test junk"',
    ),
)  # fmt: skip
