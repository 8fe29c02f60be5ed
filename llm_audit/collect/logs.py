"""Where a program's own log goes, as its logging library is set up: standard output, files, syslog, a database, a service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from llm_audit.collect.base import Collector, Finds, at, fact
from llm_audit.collect.expressions import expression
from llm_audit.collect.nearby import block_end, env_names, in_comment, packages
from llm_audit.collect.parsed import parsed
from llm_audit.model import Kind, SourceFile
from llm_audit.parse import parse_xml
from llm_audit.parse.xml import Element


class _Seen(NamedTuple):
    """A place in a file that says where the log goes.

    Attributes:
        offset: of the place.
        value: where to; empty when it does not tell.
        tool: the library that is set up.
        handler: the library's own name for the destination.
        call: the text whose variables belong to it.
        also: a further destination beside it.
    """

    offset: int
    value: str
    tool: str
    handler: str = ""
    call: str = ""
    also: str = ""


def _told(seen: Callable[[SourceFile], Iterator[_Seen]]) -> Callable[[SourceFile], Finds]:
    """A collector that tells each destination once, where a file first names it; what stands in a comment names none."""

    def collect(file: SourceFile) -> Finds:
        known: set[str] = set()
        for one in seen(file):
            if one.value and one.value not in known and not in_comment(file.text, one.offset):
                known.add(one.value)
                env = ",".join(env_names(one.call, 4)) if one.call else ""
                yield at(
                    file, one.offset, Kind.SETTING, "log.driver", one.value,
                    tool=one.tool, handler=one.handler, env=env, also=one.also,
                )  # fmt: skip

    return collect


_PY_CLASS = expression(r"""["'](?:class|\(\))["']\s*:\s*["']([\w.]{3,120}Handler)["']""")
_PY_CALL = expression(
    r"""\b(?:logging\.)?(?:handlers\.)?(?P<handler>StreamHandler|RichHandler|FileHandler|RotatingFileHandler|TimedRotatingFileHandler|WatchedFileHandler|SysLogHandler|HTTPHandler|SMTPHandler|SocketHandler|JournalHandler|LokiHandler|LokiQueueHandler|CloudWatchLogHandler|CloudLoggingHandler|AzureLogHandler|LogtailHandler|DatadogHandler|GelfUDPHandler|GELFUDPHandler|SeqLogHandler|LogDNAHandler|SplunkHandler|FluentHandler)\(
    |\blogging\.(?P<basic>basicConfig)\(|\b(?P<structlog>structlog\.configure)\(|\blogger\.(?P<loguru>add|configure)\(\s{0,20}(?:handlers\s?=\s?\[\s{0,20}\{\s{0,20}["']sink["']\s?:\s?)?(?P<sink>[\w."']{2,60})""",
    re.VERBOSE,
)
_PY_VALUES = (("Stream", "stdout"), ("Rich", "stdout"), ("File", "file"), ("SysLog", "syslog"), ("HTTP", "http"), ("SMTP", "mail"), ("AdminEmail", "mail"), ("Socket", "socket"), ("Journal", "journald"), ("Loki", "loki"), ("CloudWatch", "cloudwatch"), ("watchtower", "cloudwatch"), ("CloudLogging", "gcp-logging"), ("google.cloud", "gcp-logging"), ("Azure", "azure-monitor"), ("Logtail", "betterstack"), ("Datadog", "datadog"), ("elf", "graylog"), ("ELF", "graylog"), ("Seq", "seq"), ("LogDNA", "logdna"), ("Splunk", "splunk"), ("Fluent", "fluentd"), ("Sentry", "sentry"), ("Null", ""))  # fmt: skip  # noqa: E501


def _python(file: SourceFile) -> Iterator[_Seen]:
    text = file.text
    for match in _PY_CLASS.finditer(text):
        value = next(
            (value for part, value in _PY_VALUES if part in match[1].rpartition(".")[2] or part in match[1]), "custom"
        )
        call = text[text.rfind("{", 0, match.start()) : match.end() + 300]
        yield _Seen(match.start(), value, "logging", match[1], call)
    if {"logging", "loguru", "structlog"}.isdisjoint(packages(file)):
        return
    for match in _PY_CALL.finditer(text):
        call = text[match.start() : match.end() + 200]
        tool = "structlog" if match["structlog"] else "loguru" if match["loguru"] else "logging"
        handler = match["handler"] or ""
        yield _Seen(match.start(), _python_value(match, call), tool, handler, call.split("\n\n")[0])


def _python_value(match: re.Match[str], call: str) -> str:
    if match["loguru"]:
        return (
            "stderr"
            if "stderr" in match["sink"]
            else "stdout"
            if "stdout" in match["sink"]
            else "file"
            if match["sink"][0] in "\"'"
            else ""
        )
    if match["basic"]:
        return (
            "file" if "filename" in call.split(")")[0] else "stdout" if "stdout" in call.split("\n\n")[0] else "stderr"
        )
    if match["structlog"]:
        return "stdout"
    value = next((value for part, value in _PY_VALUES if part in match["handler"]), "")
    if value == "stdout" and "stdout" not in call.split(")")[0] and "Stream" in match["handler"]:
        return "stderr"
    return value


_JS_LIBRARIES = frozenset(
    "pino winston bunyan log4js tslog consola loglevel signale roarr npmlog nestjs-pino pino-http morgan @logtail/node @logtail/next next-axiom @axiomhq/js evlog".split()
)
_JS_TRANSPORT = expression(
    r"""\btransports?\.(?P<winston>Console|File|Http|Stream|DailyRotateFile|Syslog|MongoDB|CloudWatch|Loki)\(|\bnew (?P<named>WinstonCloudWatch|WinstonCloudwatch|LokiTransport|LogtailTransport|Logtail|DatadogWinston|LoggingWinston|SentryTransport|PapertrailTransport|DailyRotateFile|Logger(?=\(\{[^}]{0,80}axiom)|ElasticsearchTransport|WinstonNewrelicLogsTransport|SlackHook)\(|\btarget\s{0,2}:\s{0,2}["'`](?P<target>[@\w/\-]{2,60})["'`]|\b(?P<pino>pino|bunyan\.createLogger|winston\.createLogger|createLogger|createConsola|log4js\.configure|morgan|axiom)\("""  # noqa: E501
)
_JS_VALUES = (("console", "stdout"), ("pino-pretty", "stdout"), ("cloudwatch", "cloudwatch"), ("loki", "loki"), ("logtail", "betterstack"), ("datadog", "datadog"), ("loggingwinston", "gcp-logging"), ("sentry", "sentry"), ("papertrail", "papertrail"), ("axiom", "axiom"), ("elastic", "elasticsearch"), ("newrelic", "newrelic"), ("slack", "slack"), ("syslog", "syslog"), ("mongo", "mongodb"), ("http", "http"), ("file", "file"), ("seq", "seq"), ("opentelemetry", "otlp"), ("roll", "file"))  # fmt: skip  # noqa: E501


def _javascript(file: SourceFile) -> Iterator[_Seen]:
    libraries = packages(file) & _JS_LIBRARIES
    if not libraries and not any(name.startswith(("winston", "pino")) for name in packages(file)):
        return
    tool = next(
        (name for name in ("pino", "winston", "bunyan", "log4js", "consola") if name in packages(file)),
        next(iter(sorted(libraries)), "winston"),
    )
    made = [match for match in _JS_TRANSPORT.finditer(file.text) if not in_comment(file.text, match.start())]
    sent = [one for match in made if not match["pino"] for one in _transport(file, match, tool)]
    yield from sent
    if not sent:
        # a logger that names no transport writes to the standard output
        yield from (_Seen(match.start(), "stdout", tool) for match in made if match["pino"])


def _transport(file: SourceFile, match: re.Match[str], tool: str) -> Iterator[_Seen]:
    handler = match["winston"] or match["named"] or match["target"]
    value = next((value for part, value in _JS_VALUES if part in handler.lower()), "")
    if value:
        yield _Seen(match.start(), value, tool, handler, file.text[match.start() : match.end() + 300])


_GO = expression(
    r"""\b(?P<zap>zap\.(?:NewProduction|NewDevelopment|Config\{|New\())|\b(?P<zerolog>zerolog\.(?:New|ConsoleWriter)\b)|\b(?P<logrus>logrus\.(?:(?:New|SetOutput|SetFormatter)\(|Logger\{))|\b(?P<slog>slog\.New(?:JSON|Text)?(?:Handler)?\()|\b(?P<log>log\.(?:New|SetOutput)\()|\b(?P<lumberjack>lumberjack\.Logger\{)|\b(?P<syslog>syslog\.(?:New|Dial)\()|\b(?P<hclog>hclog\.New\()"""
)


def _golang(file: SourceFile) -> Iterator[_Seen]:
    for match in _GO.finditer(file.text):
        tool = match.lastgroup or "log"
        call = file.text[match.start() : match.end() + 160].split("\n\n")[0]
        value = {"lumberjack": "file", "syslog": "syslog"}.get(tool, "")
        if not value and "os.Stdout" in call:
            value = "stdout"
        elif not value and ("os.Stderr" in call or tool in ("zap", "logrus", "slog", "hclog")):
            value = "stderr"
        yield _Seen(
            match.start(),
            value or _held(file.text, match),
            tool,
            also="buffer" if re.search(r"io\.MultiWriter|buf", call) else "",
        )


_ALIASED = expression(r"\blog\.Set(?:Level|Formatter)\(")


def _logrus(file: SourceFile) -> Iterator[_Seen]:
    """The logger of logrus itself, where a file calls the package `log`; it writes to the error output unless told otherwise."""
    if 'log "github.com/sirupsen/logrus"' in file.text and "log.SetOutput(" not in file.text:
        for match in _ALIASED.finditer(file.text):
            yield _Seen(match.start(), "stderr", "logrus")


_STREAM = expression(r"\((?P<name>[a-z]\w{0,40})\)")


def _held(text: str, match: re.Match[str]) -> str:
    """The stream that a logger's writer is given before, when a name stands for it; the default comes first."""
    writer = _STREAM.match(text, match.end())
    given = re.search(rf"\b{writer['name']}\s{{0,3}}:?=\s{{0,3}}os\.(Stdout|Stderr)\b", text) if writer else None
    return given[1].lower() if given else ""


_APPENDERS = (("Console", "stdout"), ("RollingFile", "file"), ("File", "file"), ("Syslog", "syslog"), ("Logstash", "logstash"), ("Loki", "loki"), ("Gelf", "graylog"), ("Sentry", "sentry"), ("CloudWatch", "cloudwatch"), ("AwsLogs", "cloudwatch"), ("Socket", "socket"), ("DB", "database"), ("JDBC", "database"), ("Kafka", "kafka"), ("Splunk", "splunk"), ("Slack", "slack"), ("SMTP", "mail"), ("Logtail", "betterstack"), ("Datadog", "datadog"), ("CloudLogging", "gcp-logging"), ("LoggingAppender", "gcp-logging"), ("Async", ""), ("OpenTelemetry", "otlp"), ("EventLog", "eventlog"), ("Elastic", "elasticsearch"), ("Seq", "seq"))  # fmt: skip  # noqa: E501


def _appender(name: str) -> str:
    return next((value for part, value in _APPENDERS if part.lower() in name.lower()), "")


@parsed(parse_xml)
def _xml(file: SourceFile, root: Element) -> Finds:
    known: set[str] = set()
    tool = "logback" if "logback" in file.name else "nlog" if "nlog" in file.name.lower() else "log4j"
    for element in root.walk():
        name = element.attributes.get("class") or element.attributes.get("type") or ""
        word = name.rpartition(".")[2] if element.name in ("appender", "target") else element.name
        listed = element.name in ("appender", "target") or (
            tool == "log4j"
            and element.name in ("Console", "RollingFile", "File", "Syslog", "Socket", "JDBC", "Kafka", "Gelf")
        )
        value = _appender(word) if listed else ""
        if value and value not in known:
            known.add(value)
            yield fact(file, element.line, Kind.SETTING, "log.driver", value, tool=tool, handler=word)


_NET = expression(
    r"\.WriteTo\.(\w{2,40})\(|\bloggingBuilder\.Add(Console|Debug|EventLog|AzureWebAppDiagnostics|ApplicationInsights|Serilog)\(|\b(?:Logging|logging|builder)\.Add(Console|EventLog|AzureWebAppDiagnostics|Seq|JsonConsole|SimpleConsole)\("
)
_NET_VALUES = {"console": "stdout", "file": "file", "seq": "seq", "elasticsearch": "elasticsearch", "applicationinsights": "application-insights", "syslog": "syslog", "udpsyslog": "syslog", "grafanaloki": "loki", "datadoglogs": "datadog", "mssqlserver": "database", "postgresql": "database", "sentry": "sentry", "splunk": "splunk", "eventlog": "eventlog", "amazoncloudwatch": "cloudwatch", "betterstack": "betterstack", "opentelemetry": "otlp", "jsonconsole": "stdout", "simpleconsole": "stdout", "http": "http", "graylog": "graylog"}  # fmt: skip  # noqa: E501
_OTHER = expression(
    r"""\bActiveSupport::Logger\.new\(\s?(?P<rails>STDOUT|\$stdout|STDERR)|(?<![\w:]::)(?<!\w)Logger\.new\(\s?(?P<ruby>STDOUT|\$stdout|STDERR|["'][^"'\n]{1,60}["'])|\b(?P<lograge>lograge)\.enabled\s*=\s*true|\b(?P<rust>tracing_subscriber::(?:fmt|registry|FmtSubscriber)|env_logger::(?:init|builder|Builder))\b|(?P<flex>tracing_appender::rolling)|:(?P<elixir>console|LoggerFileBackend|logger_json|syslog)\s?\]?,\s*(?:format|level|path):|\bnew (?P<php>StreamHandler|RotatingFileHandler|SyslogHandler|SlackWebhookHandler|ErrorLogHandler|SlackHandler|TelegramBotHandler|GelfHandler|LogglyHandler)\("""  # noqa: E501
)
_OTHER_VALUES = {"stderr": "stderr", "streamhandler": "file", "rotatingfilehandler": "file", "sysloghandler": "syslog", "slackwebhookhandler": "slack", "slackhandler": "slack", "errorloghandler": "stderr", "telegrambothandler": "telegram", "gelfhandler": "graylog", "logglyhandler": "loggly", "loggerfilebackend": "file", "syslog": "syslog"}  # fmt: skip  # noqa: E501


def _dotnet(file: SourceFile) -> Iterator[_Seen]:
    for match in _NET.finditer(file.text):
        value = _NET_VALUES.get(next(part for part in match.groups() if part).lower(), "")
        call = file.text[match.start() : block_end(file.text, match.end() - 1, 800)]
        yield _Seen(match.start(), value, "serilog" if match[1] else "asp.net", call=call)


_SINKS = expression(r"[\"']?\bWriteTo[\"']?\s{0,4}:")
_SINK = expression(
    r"[\"']?\bName[\"']?\s{0,4}:\s{0,4}[\"']?(\w{2,40})|^\s{0,20}-\s{1,4}[\"']?([A-Z]\w{2,40})[\"']?\s*$", re.MULTILINE
)


def _serilog(file: SourceFile) -> Iterator[_Seen]:
    """The sinks that the settings of a .NET application name for Serilog."""
    section = file.text.find("Serilog")
    opened = _SINKS.search(file.text, section) if section >= 0 else None
    if opened:
        rest = file.text[opened.end() : opened.end() + 1200]
        end = block_end(rest, 0, 1200) if rest.lstrip()[:1] in ("[", "{") else _next_key(file, opened.start(), rest)
        for match in _SINK.finditer(rest, 0, end):
            yield _Seen(opened.end() + match.start(), _NET_VALUES.get((match[1] or match[2]).lower(), ""), "serilog")


def _next_key(file: SourceFile, key: int, rest: str) -> int:
    """Where a YAML list ends: before the next key that stands no deeper than the one at the offset `key`."""
    indent = key - file.text.rfind("\n", 0, key) - 1
    found = re.search(rf"^ {{0,{indent}}}[A-Za-z]\w{{1,40}}:", rest, re.MULTILINE)
    return found.start() if found else len(rest)


_OTHER_TOOLS = {"php": "monolog", "rust": "tracing", "flex": "tracing", "elixir": "logger", "ruby": "ruby-logger"}


def _others(file: SourceFile) -> Iterator[_Seen]:
    for match in _OTHER.finditer(file.text):
        tool = match.lastgroup or ""
        word = match[tool].lower()
        if word.strip("\"'") in ("/dev/null", "nul"):
            continue
        value = "file" if word[0] in "\"'" or tool == "flex" else _OTHER_VALUES.get(word, "stdout")
        after = file.text[match.end() : match.end() + 40]
        if "php://" in after:
            value = "stderr" if "stderr" in after else "stdout"
        yield _Seen(match.start(), value, _OTHER_TOOLS.get(tool, tool))


COLLECTORS = (
    Collector("logs-python", _told(_python), suffixes=frozenset((".py",)), needs=("Handler", "basicConfig", "structlog", "loguru")),
    Collector("logs-javascript", _told(_javascript), suffixes=frozenset((".js", ".ts", ".mjs", ".cjs", ".mts", ".cts")), needs=(*_JS_LIBRARIES, "winston", "pino")),
    Collector("logs-go", _told(_golang), suffixes=frozenset((".go",)), needs=("zap.", "zerolog", "logrus", "slog.", "log.New(", "log.SetOutput(", "lumberjack", "syslog.", "hclog.")),  # noqa: E501
    Collector("logs-logrus", _told(_logrus), suffixes=frozenset((".go",)), needs=('log "github.com/sirupsen/logrus"',)),
    Collector("logs-xml", _xml, paths=expression(r"(?i)(?:^|/)(?:logback(?:-spring|-\w+)?|log4j2?(?:-\w+)?|nlog)\.(?:xml|config)$"), marks=("logback", "log4j", "nlog")),
    Collector("logs-dotnet", _told(_dotnet), suffixes=frozenset((".cs",)), needs=("WriteTo", "ogging", "builder.Add")),
    Collector("logs-appsettings", _told(_serilog), paths=expression(r"(?:^|/)appsettings(?:\.Production)?\.(?:json|ya?ml)$"), marks=("appsettings",), needs=("WriteTo",)),
    Collector("logs-others", _told(_others), suffixes=frozenset((".rb", ".rs", ".php", ".ex", ".exs")), needs=("Logger", "lograge", "tracing_", "env_logger", "Handler(", ":console")),  # noqa: E501
)  # fmt: skip
