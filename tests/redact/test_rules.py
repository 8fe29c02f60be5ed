"""Every row of the table with its example and its look-alike; what is replaced and what stays around it."""

from __future__ import annotations

import pytest

from llm_audit import redact
from llm_audit.redact import labels, placed, places, rules, words
from llm_audit.redact.formats import Rule

BODY = "q9Zt4LmX7vBd2Kws8Rfh"


@pytest.mark.parametrize("rule", redact.RULES, ids=lambda rule: f"{rule.kind}:{rule.literal}")
def test_a_row_proves_itself(rule: Rule) -> None:
    assert rule.kind in redact.KINDS
    assert any(rule.kind == span.kind for span in rules.spans(f"x {rule.example} y"))
    assert not any(rules.spans(f"x {rule.look_alike} y"))


@pytest.mark.parametrize("place", places.PLACES, ids=lambda place: place.words[0])
def test_a_place_proves_itself(place: places.Place) -> None:
    assert any(placed.spans(place.example))
    assert not any(placed.spans(place.look_alike))


def test_every_word_of_a_place_begins_what_it_matches() -> None:
    for place in places.PLACES:
        for word in place.words:
            example = place.example.lower().replace(
                next(one for one in place.words if one in place.example.lower()), word, 1
            )
            assert any(placed.spans(example)), example


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("getUserName", 3), ("HTTPServer", 2), ("aB1c", 4), ("ABC", 1), ("Ab-cD", 3), ("é9", 1), ("XYz", 2)],
)
def test_stretches_of_one_class_of_characters(text: str, count: int) -> None:
    assert words.chunks(text) == count


DIGEST = "7c1e9a04b5d83f62e0a94bd17f3c865214aa90bd"


@pytest.mark.parametrize(("_", "example", "look_alike"), labels.BEFORE, ids=lambda value: str(value)[:20])
def test_a_label_of_digests_proves_itself(_: str, example: str, look_alike: str) -> None:
    assert redact.redact(example.format(DIGEST))[1] == 0
    assert redact.redact(look_alike.format(DIGEST))[1] == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("github.com/acme/lib v1.2.3 h1:/qX7mZ9tB4vK0aY8cX7dW6eV5fU4gT3h0nFxq1LmX7s=", 0),
        ("github.com/acme/lib v1.2.3 k1:/qX7mZ9tB4vK0aY8cX7dW6eV5fU4gT3h0nFxq1LmX7s=", 1),
        ('"contentHash": "qX7mZ9tB4vK0aY8cX7dW6eV5fU4gT3h0nFxq1LmX7s/="', 0),
        ('"contentHash": "qX7mZ9tB4vK0aY8cX7dW6eV5fU4gT3h0nFxq1LmX7"', 1),
        ('"contents": "qX7mZ9tB4vK0aY8cX7dW6eV5fU4gT3h0nFxq1LmX7s/="', 1),
        ("SPEC CHECKSUMS:\n  Maps: 7c1e9a04b5d83f62e0a94bd17f3c865214aa90bd\n", 0),
        ("SPEC CHECKSUMS:\n  Maps: 7c1e9a04b5d83f62e0a94bd17f3c865214aa90bd\n\nx: 7c1e9a04b5d83f62e0a94bd17f3c865214aa90be\n", 1),
        ("https://dl.acme.io/whl/torch-2.13.0%2Bcpu-cp311-cp311-linux_s390x.whl", 0),
        ("https://dl.acme.io/whl/torch-q9Zt4LmX7vBd2Kws8Rfh.whl", 1),
        ('"reference": "7c1e9a04b5d83f62e0a94bd17f3c865214aa90bd"', 0),
        ("  checksum: 10c0/7c1e9a04b5d83f62e0a94bd17f3c865214aa90bd7c1e9a04b5d83f62", 0),
        ('"path-key": "^3.1.0",', 0),
        ('"app-token": ">=0.7.0,<1.0.0"', 0),
        ('"app-token": "^3.x9Kf!Lm2q"', 1),
        ("github.com/acme/go-digest v0.0.0-20170106003457-a6d0ee40d420/go.mod", 0),
        ("https://registry.npmjs.org/lightningcss-darwin-arm64/-/lightningcss-darwin-arm64-1.0.tgz", 0),
    ],
)  # fmt: skip
def test_digests_and_names_of_lockfiles_stay_and_look_alikes_go(text: str, count: int) -> None:
    assert redact.redact(text)[1] == count


def test_rows_are_unique() -> None:
    names = [(rule.literal, rule.expression) for rule in redact.RULES]
    assert len(set(names)) == len(names)
    expressions = [place.expression for place in places.PLACES]
    assert len(set(expressions)) == len(expressions)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"postgresql://app:{BODY[:9]}@db/main", "postgresql://app:[REDACTED:{}]@db/main"),
        (f"https://{BODY}@github.com/a/b.git", "https://[REDACTED:{}]@github.com/a/b.git"),
        (f"GET /v1?limit=5&api_key={BODY}&page=2", "GET /v1?limit=5&api_key=[REDACTED:{}]&page=2"),
        (f"Authorization: Bearer {BODY}", "Authorization: Bearer [REDACTED:{}]"),
        (f"Server=db;User Id=sa;Password={BODY[:8]};Encrypt=true", "Server=db;User Id=sa;Password=[REDACTED:{}];Encrypt=true"),
        (f"const key = process.env.API_KEY ?? '{BODY}'", "const key = process.env.API_KEY ?? '[REDACTED:{}]'"),
        (f"PASSWORD=${{DB_PASSWORD:-{BODY[:9]}}}", "PASSWORD=${{DB_PASSWORD:-[REDACTED:{}]}}"),
        (f"os.environ.setdefault('SECRET_KEY', '{BODY}')", "os.environ.setdefault('SECRET_KEY', '[REDACTED:{}]')"),
        (f"machine api.acme.io login ops password {BODY[:10]}", "machine api.acme.io login ops password [REDACTED:{}]"),
        (f"| DB_PASSWORD | {BODY[:10]} | yes |", "| DB_PASSWORD | [REDACTED:{}] | yes |"),
        (f"- name: DB_PASSWORD\n  value: {BODY[:10]}\n", "- name: DB_PASSWORD\n  value: [REDACTED:{}]\n"),
        (f'{{"name":"DB_PASSWORD","value":"{BODY[:10]}"}}', '{{"name":"DB_PASSWORD","value":"[REDACTED:{}]"}}'),
        (f"ENV DB_PASSWORD {BODY[:10]}", "ENV DB_PASSWORD [REDACTED:{}]"),
        (f"set -x DB_PASSWORD {BODY[:10]}", "set -x DB_PASSWORD [REDACTED:{}]"),
        ("**Password:** cobalt" + "-5974", "**Password:** [REDACTED:{}]"),
        ("const password = isProd ? env.PW : 'velvet" + "@5714'", "const password = isProd ? env.PW : '[REDACTED:{}]'"),
        ("ENV.fetch('DB_PASSWORD') {{ 'Kestrel".replace("{{", "{") + "#266' }", "ENV.fetch('DB_PASSWORD') {{ '[REDACTED:{}]' }}"),
        ("jdbc:postgresql://db/shop?user=app&password=velvet" + "5826&ssl=true", "jdbc:postgresql://db/shop?user=app&password=[REDACTED:{}]&ssl=true"),
        ("host=db user=app password=Kestrel" + "_7157 sslmode=require", "host=db user=app password=[REDACTED:{}] sslmode=require"),
        ("数据库密码：cobalt" + "#2301", "数据库密码：[REDACTED:{}]"),
        ("user,password,role\nops,cobalt" + "#2038,admin\n", "user,password,role\nops,[REDACTED:{}],admin\n"),
        ("| User | Password |\n|---|---|\n| ops | `cobalt" + "#2038` |\n", "| User | Password |\n|---|---|\n| ops | `[REDACTED:{}]` |\n"),
        ("====  ===========\nUser  Password\n====  ===========\nops   cobalt" + "#2038\n====  ===========\n", "====  ===========\nUser  Password\n====  ===========\nops   [REDACTED:{}]\n====  ===========\n"),
        ("+-----+-------------+\n| who | password    |\n+=====+=============+\n| a   | required    |\n+-----+-------------+\n| ops | cobalt" + "#2038 |\n+-----+-------------+\n", "+-----+-------------+\n| who | password    |\n+=====+=============+\n| a   | required    |\n+-----+-------------+\n| ops | [REDACTED:{}] |\n+-----+-------------+\n"),
        (" who | password\n-----+-------------\n ops | cobalt" + "#2038\n(1 row)\n", " who | password\n-----+-------------\n ops | [REDACTED:{}]\n(1 row)\n"),
        ("args:\n  - --api-key\n  - cobalt" + "#2038\n  - -v\n", "args:\n  - --api-key\n  - [REDACTED:{}]\n  - -v\n"),
        ('"args": [\n    "--api-key",\n    "cobalt' + '#2038"\n]', '"args": [\n    "--api-key",\n    "[REDACTED:{}]"\n]'),
        ("mongosh -u root --password evVv" + "XQioZavT shop", "mongosh -u root --password [REDACTED:{}] shop"),
        ("INSERT INTO users (name, password) VALUES ('ops', 'cobalt" + "#2038');", "INSERT INTO users (name, password) VALUES ('ops', '[REDACTED:{}]');"),
        ("kind: Secret\nstringData:\n  config: cobalt" + "#2038\n", "kind: Secret\nstringData:\n  config: [REDACTED:{}]\n"),
        ("smtp.password cobalt" + "#2038\n", "smtp.password [REDACTED:{}]\n"),
        ("password: &shared cobalt" + "#2038", "password: &shared [REDACTED:{}]"),
        ("token: !!str cobalt" + "#2038", "token: !!str [REDACTED:{}]"),
        ("<password><![CDATA[cobalt" + "#2038]]></password>", "<password><![CDATA[[REDACTED:{}]]]></password>"),
        ('hmacSecret = []byte("cobalt' + '#2038")', 'hmacSecret = []byte("[REDACTED:{}]")'),
        ('Dim password As String = "cobalt' + '#2038"', 'Dim password As String = "[REDACTED:{}]"'),
        ("option('--token', default='cobalt" + "#2038')", "option('--token', default='[REDACTED:{}]')"),
        ('set(API_SECRET "cobalt' + '#2038")', 'set(API_SECRET "[REDACTED:{}]")'),
        ('{{:secret "cobalt'.replace("{{", "{") + '#2038"}', '{{:secret "[REDACTED:{}]"}}'),
        ("DB_PASSWORD=thistle" + "-55!", "DB_PASSWORD=[REDACTED:{}]"),
        ("password = 'velvet" + ".07'", "password = '[REDACTED:{}]'"),
        ("API_TOKEN=Daii" + "EmbEyzxH", "API_TOKEN=[REDACTED:{}]"),
        ("Passwort: cobalt" + "!2038", "Passwort: [REDACTED:{}]"),
        ("mot de passe : Kestrel" + "-4276", "mot de passe : [REDACTED:{}]"),
        ("pw = 'Autumn" + "@5314'", "pw = '[REDACTED:{}]'"),
    ],
)  # fmt: skip
def test_only_the_value_goes(text: str, shown: str) -> None:
    result = redact.redact(text)[0]
    assert result in {shown.format(kind) for kind in redact.KINDS}


KEY = "\n".join((BODY * 4)[at : at + 64] for at in range(4))
LABEL = "RSA PRIVATE" + " KEY"


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN {LABEL}-----\n{KEY}\n-----END {LABEL}-----\n",
        f"-----BEGIN {LABEL}-----\n{KEY}\n",
        f"-----BEGIN {LABEL}-----\n{KEY}\nand then prose goes on here\n",
        f"    -----BEGIN {LABEL}-----\n    " + KEY.replace("\n", "\n    ") + f"\n    -----END {LABEL}-----\n",
        f'key = "-----BEGIN {LABEL}-----\\n' + KEY.replace("\n", "\\n") + f'\\n-----END {LABEL}-----"\n',
        "".join(f'"{line}\\n" +\n' for line in f"-----BEGIN {LABEL}-----\n{KEY}\n-----END {LABEL}-----".split("\n")),
        f"> -----BEGIN {LABEL}-----\n> " + KEY.replace("\n", "\n> ") + f"\n> -----END {LABEL}-----\n",
    ],
    ids=["plain", "no end", "no end, prose", "indented", "escaped", "concatenated", "quoted"],
)
def test_private_keys(text: str) -> None:
    shown = redact.redact(text)[0]
    assert all(line[at : at + 8] not in shown for line in KEY.split("\n") for at in range(56))
    assert shown.count("\n") == text.count("\n")
    if "prose" in text:
        assert "prose goes on here" in shown


def test_ignore_comments_have_no_effect() -> None:
    token = "gh" + "p_" + "Q7mT4vK0aZ9bY8cX7dW6eV5fU4gT3h0nFxq1"
    for comment in (
        "kingfisher:ignore",
        "gitleaks:allow",
        "nosec",
        "noqa",
        "pragma: allowlist secret",
        "secretlint-disable",
    ):
        text = f"# {comment}\ntoken = '{token}'  # {comment}\n# {comment}-next-line\n{token}\n"
        assert token not in redact.redact(text)[0]


@pytest.mark.parametrize("word", ["No", "an", "a", "on", "Os", "ci", "Yes"])
def test_a_password_that_begins_like_a_little_word_is_none(word: str) -> None:
    assert redact.redact(f"postgresql://app:{word}FcDJW4@db/main")[1] == 1


@pytest.mark.parametrize("value", ["mYTVmXqmJWS1", "wXKWbpL6axXX", "voI4w60vaXXX"])
def test_a_password_that_begins_or_ends_like_a_stand_in_is_none(value: str) -> None:
    assert redact.redact(f"postgresql://app:{value}@db/main")[1] == 1


@pytest.mark.parametrize(
    "value", ["admin123", "mypassword", "changeme", "no-password", "yes", "off", "a-secret", "test1234"]
)
def test_stand_ins_stay(value: str) -> None:
    assert redact.redact(f"postgresql://app:{value}@db/main")[1] == 0


@pytest.mark.parametrize(
    "text",
    [
        "  password: dHFYOXZlbHZldGhhcmJvcg==",
        "  password: dHFYOXZlbHZldGhhcmJvckE=",
        '  api_key: str = "dHFYOXZlbHZldGhhcmJvckE="',
        "  apiKey: string =\n    'dHFYOXZlbHZldGhhcmJvckE='",
    ],
)
def test_a_value_that_ends_in_an_equals_sign_is_no_type(text: str) -> None:
    shown = redact.redact(text + "\n  other: thing\n")[0]
    assert "dHFY" not in shown
    assert shown.endswith("  other: thing\n")


@pytest.mark.parametrize(
    "text",
    [
        'create(\n    "password",\n    local=True,\n    name="mouse#2038",\n)\n',
        "x = [\n  user, password\n  ops, mouse#2038\n]\n",
        "| User | Password |\n| ops | mouse#2038 |\n",
        "| User | Password |\n|---|---|\n| ops | required |\n| ops | `$DB_PASSWORD` |\n",
        "| Password | Minutes |\n|---|---|\n| required | mouse#2038 |\n",
        "====  ===========\nUser  Password\n====  ===========\nops   required\n====  ===========\n\nops   mouse#2038\n",
        "========  ===========\nPassword  Minutes\n========  ===========\nrequired  mouse#2038\n========  ===========\n",
        "+-----+----------+\n| who | password |\n+=====+==========+\n| ops | required |\n+-----+----------+\n\n| ops | mouse#2038 |\n",
        "args:\n  - --api-key\n  - --region=mouse#2038\n",
        "items:\n  - api-key\n  - mouse#2038\n",
        "login --password getDefaultValue",
        "INSERT INTO users (name, password) VALUES ('mouse#2038', NULL);",
        "INSERT INTO users (name, password) VALUES ($1, crypt($2, gen_salt('bf')));",
        "kind: ConfigMap\ndata:\n  config: mouse#2038\n---\nkind: Secret\ndata:\n  key: {}\n",
        "kind: SecretStore\nstringData:\n  config: mouse#2038\n",
        "kind: Secret\nstringData:\n  config: ${CONFIG}\n  other: a-plain-word\n",
        "the password mouse#2038 stands in prose\n",
        "smtp.user mouse#2038\n",
        "password: !Ref DatabasePassword2",
        "const token: Token = next",
        'set(API_HEADER "mouse#2038")',
        "option('--region', default='mouse#2038')",
        "apiKey = getDefaultApiKey",
        "token: useReadOnlyDb",
        "password = this.password",
        "PASSWORD=this",
    ],
)
def test_what_stands_where_no_secret_does_stays(text: str) -> None:
    assert redact.redact(text)[0] == text


def test_rows_of_a_table_are_read_to_its_end_and_no_further() -> None:
    row = "ops,Autumn" + "#7204,{}\n"
    text = "name,token,note\n" + row.format("a") * 3 + "\n" + row.format("b")
    shown = redact.scan(text)
    assert [span.start for span in shown] == [20 + 18 * number for number in range(3)]
