"""Settings of data stores and accounts, read from frameworks' configuration and from migrations."""

from __future__ import annotations

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, Kind, SourceFile


def settings(path: str, text: str, name: str) -> list[str]:
    """The values of the settings of that name which any collector finds."""
    file = SourceFile(path, text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    return [str(one.value) for one in found if isinstance(one, Fact) and one.kind is Kind.SETTING and one.name == name]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("db/1.sql", "create extension if not exists vector with schema extensions;", ["vector"]),
        ("db/1.sql", 'CREATE EXTENSION IF NOT EXISTS "vector";', ["vector"]),
        ("db/schema.rb", '  enable_extension "vector"\n', ["vector"]),
        ("a.py", 'op.execute("CREATE EXTENSION IF NOT EXISTS vector")', ["vector"]),
        ("db/1.sql", "create extension pg_trgm;", []),
        ("db/1.sql", "-- create extension vector;", []),
        ("db/1.sql", "create table vector_extension (id int);", []),
    ],
)
def test_extensions_of_a_database(path: str, text: str, expected: list[str]) -> None:
    assert settings(path, text, "db.extension") == expected


SECURITY = """security:
    password_hashers:
        App\\Entity\\User: 'auto'
    firewalls:
        dev:
            pattern: ^/(_profiler|assets)/
            security: false
        main:
            form_login:
                check_path: login
"""


@pytest.mark.parametrize("path", ["config/packages/security.yaml", "app/config/security.yml"])
def test_accounts_that_a_symfony_application_keeps_itself(path: str) -> None:
    assert settings(path, SECURITY, "auth.provider") == ["symfony"]
    assert settings(path, SECURITY, "auth.password_hash") == ["auto"]


def test_a_symfony_firewall_without_a_form_is_no_sign_in() -> None:
    text = "security:\n    firewalls:\n        dev:\n            pattern: ^/login\n            security: false\n"
    assert settings("config/packages/security.yaml", text, "auth.provider") == []


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("config/auth.php", "<?php\nreturn ['guards' => ['api' => ['driver' => 'jwt']]];\n", ["jwt-auth"]),
        ("config/auth.php", "<?php\nreturn ['guards' => ['api' => ['driver' => 'token']]];\n", []),
        ("config/jwt.php", "<?php\nreturn ['secret' => env('JWT_SECRET')];\n", ["jwt-auth"]),
        ("config/letters.php", "<?php\nreturn ['secret' => env('JWT_SECRET')];\n", []),
    ],
)
def test_laravel_accounts_with_signed_tokens(path: str, text: str, found: list[str]) -> None:
    assert settings(path, text, "auth.jwt") == found


@pytest.mark.parametrize(
    ("text", "drivers"),
    [
        ("'driver' => env('MAIL_DRIVER', 'mail'), 'host' => env('MAIL_HOST')", ["mail", "smtp"]),
        ("'driver' => env('MAIL_DRIVER', 'smtp'), 'host' => env('MAIL_HOST')", ["smtp"]),
        ("'driver' => env('MAIL_DRIVER', 'mail'), 'host' => 'localhost'", ["mail"]),
    ],
)
def test_a_mail_server_beside_another_driver_of_an_older_laravel(text: str, drivers: list[str]) -> None:
    assert settings("config/mail.php", f"<?php\nreturn [{text}];\n", "mail.driver") == drivers


@pytest.mark.parametrize(
    ("text", "drivers"),
    [("'log' => env('APP_LOG', 'daily')", ["daily"]), ("'log' => ['level' => 'daily']", []), ("'lang' => 'daily'", [])],
)
def test_where_an_older_laravel_writes_its_log(text: str, drivers: list[str]) -> None:
    assert settings("config/app.php", f"<?php\nreturn [{text}];\n", "log.driver") == drivers


def test_laravel_configuration_below_the_app_folder() -> None:
    text = "<?php\nreturn [\n  'default' => env('MAIL_DRIVER', 'smtp'),\n  'mailers' => ['smtp' => ['transport' => 'smtp']],\n];\n"
    assert settings("app/Config/mail.php", text, "mail.driver") == ["smtp"]
    assert settings("app/Configurator/mail.php", text, "mail.driver") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$db = new PDO('mysql:host=h');", ["mysql"]),
        ("$db = new Acme_PdoSqlite('sqlite:' . $name);", ["sqlite"]),
        ("$dsn = 'pgsql:host=' . $host;", ["postgresql"]),
        ("$dsn = 'https://key@errors.acmepay.io/1';", []),
        ("$scheme = 'mysql:';", []),
    ],
)
def test_addresses_of_pdo(text: str, expected: list[str]) -> None:
    assert settings("lib/Db.php", f"<?php\n{text}\n", "db.engine") == expected


def default_of_laravel(choice: str) -> list[tuple[str, str]]:
    text = f"<?php\nreturn [\n    'default' => {choice},\n    'connections' => [\n        'mysql' => ['driver' => 'mysql', 'host' => env('DB_HOST')],\n        'pgsql' => ['driver' => 'pgsql'],\n    ],\n];\n"
    file = SourceFile("config/database.php", text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    facts = [one for one in found if isinstance(one, Fact) and one.kind is Kind.SETTING and one.name == "db.engine"]
    return [(str(one.value), one.detail("selector")) for one in facts if one.detail("default")]


@pytest.mark.parametrize("choice", ["env('DB_CONNECTION', 'mysql')", "env_or(env('DB_CONNECTION'), 'mysql')"])
def test_the_default_connection_of_laravel_also_through_a_helper(choice: str) -> None:
    assert default_of_laravel(choice) == [("mysql", "DB_CONNECTION")]


def test_a_default_connection_that_only_the_environment_knows_is_none() -> None:
    assert default_of_laravel("env('DB_CONNECTION')") == []


@pytest.mark.parametrize(
    ("adapter", "kept"),
    [
        (":resque", "redis"),
        (":sidekiq", "redis"),
        (":que", "database"),
        (":good_job", "database"),
        (":queenly", "queenly"),
    ],
)
def test_what_a_queue_of_rails_keeps_its_jobs_in(adapter: str, kept: str) -> None:
    text = f"Rails.application.configure do\n  config.active_job.queue_adapter = {adapter}\nend\n"
    assert settings("config/environments/production.rb", text, "queue.driver") == [kept]


SOURCE = """import { DataSource } from 'typeorm'
export const source = new DataSource({
  type: process.env.STORE_TYPE as any,
  host: process.env.STORE_HOST,
  migrations: [__dirname + '/migrations/**/*{.ts,.js}'],
})
"""


def test_a_data_source_whose_engine_a_variable_names_still_tells_where_it_is() -> None:
    file = SourceFile("src/database/data-source.ts", SOURCE)
    [one] = [
        item
        for collector in collectors()
        if collector.name == "data-javascript"
        for item in collector.collect(file)
        if isinstance(item, Fact)
    ]
    assert (one.name, one.detail("env"), one.detail("migrations")) == (
        "db.connection", "STORE_TYPE,STORE_HOST", "src/database/migrations",
    )  # fmt: skip


def test_a_data_source_without_any_variable_tells_nothing() -> None:
    assert (
        settings("src/a.ts", "import { DataSource } from 'typeorm'\nnew DataSource(options)\n", "db.connection") == []
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("from fastapi import UploadFile\nasync def put(file: UploadFile):\n    with open(folder / name, 'wb') as out:\n        shutil.copyfileobj(file.file, out)\n", 1),
        ("from flask import request\nfile = request.files['photo']\nfile.save(os.path.join(FOLDER, name))\n", 1),
        ("APP_UPLOAD_DIR = get_env('APP_UPLOAD_DIR', './uploads/')\n", 1),
        ("from fastapi import UploadFile\nasync def read(file: UploadFile):\n    return parse(await file.read())\n", 0),
        ("from fastapi import UploadFile\nasync def read(file: UploadFile):\n    with open(temp_path, 'wb') as out:\n        out.write(file)\n", 0),
        ("with open(target, 'wb') as out:\n    out.write(report)\n", 0),
        ("def save(self):\n    return model.save(f'{name}.bin')\n", 0),
    ],
)  # fmt: skip
def test_files_of_requests_that_are_kept_on_the_disk(text: str, count: int) -> None:
    assert len(settings("app/upload.py", text, "storage.driver")) == count


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("new LRUCache<string, Entry<unknown>>({ max: 9 })", ["memory"]),
        ("new LRUCache({ max: 9 })", ["memory"]),
        ("new LRUCacheReport(entries)", []),
    ],
)
def test_a_cache_in_the_process_with_types_within_types(made: str, found: list[str]) -> None:
    text = f"import {{ LRUCache }} from 'lru-cache'\nconst cache = {made}\n"
    assert settings("src/cache.ts", text, "cache.driver") == found


def test_the_engine_of_sqlmodel_is_its_own_and_takes_a_setting_as_text() -> None:
    text = "from sqlmodel import create_engine\nengine = create_engine(str(settings.DATABASE_URL))\n"
    assert settings("app/db.py", text, "db.connection") == ["settings.DATABASE_URL"]


@pytest.mark.parametrize(
    ("path", "text", "hosts"),
    [
        ("config/environments/production.rb", "  address: 'smtp.sendgrid.net',", ["smtp.sendgrid.net"]),
        (
            "config/environments/staging.rb",
            "  :address => ENV.fetch('SMTP', 'smtp.mailtrap.io'),",
            ["smtp.mailtrap.io"],
        ),
        ("config/environments/production.rb", "  address: ENV['SMTP_SERVER'],", []),
        ("config/environments/development.rb", "  address: 'smtp.mailtrap.io',", []),
        ("config/environments/production.rb", "  # address: 'smtp.sendgrid.net',", []),
        ("config/environments/production.rb", "  domain: 'acme.org',", []),
    ],
)
def test_the_mail_server_of_an_environment_of_rails(path: str, text: str, hosts: list[str]) -> None:
    file = SourceFile(path, f"config.action_mailer.smtp_settings = {{\n{text}\n}}\n")
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    assert [one.name for one in found if isinstance(one, Fact) and one.kind is Kind.HOST] == hosts


@pytest.mark.parametrize(
    ("call", "drivers"),
    [
        ("logger.configure(handlers=[\n    {'sink': sys.stderr, 'level': level},\n])", ["stderr"]),
        ("logger.add('app.log')", ["file"]),
        ("logger.configure(extra={'app': 'x'})", []),
    ],
)
def test_where_loguru_writes(call: str, drivers: list[str]) -> None:
    assert settings("app/log.py", f"import sys\nfrom loguru import logger\n{call}\n", "log.driver") == drivers


@pytest.mark.parametrize(
    ("made", "drivers"),
    [("STDOUT", ["stdout"]), ("'log/jobs.log'", ["file"]), ("'/dev/null'", []), ('"/dev/nullable"', ["file"])],
)
def test_a_logger_of_ruby_is_its_own_not_a_vendors(made: str, drivers: list[str]) -> None:
    assert settings("config/initializers/a.rb", f"logger = Acme::Logger.new({made})\n", "log.driver") == []
    assert settings("config/initializers/a.rb", f"logger = ::Logger.new({made})\n", "log.driver") == drivers


@pytest.mark.parametrize(
    ("made", "drivers"),
    [("STDOUT", ["stdout"]), ("'log/jobs.log'", ["file"]), ("'/dev/null'", []), ('"/dev/nullable"', ["file"])],
)
def test_a_logger_of_ruby_that_throws_all_away_keeps_no_log(made: str, drivers: list[str]) -> None:
    assert settings("config/initializers/a.rb", f"logger = Logger.new({made})\n", "log.driver") == drivers


@pytest.mark.parametrize(
    ("text", "broker"),
    [
        ("CELERY_BROKER_URL = os.environ.get('QUEUE', 'redis://queue:6379/0')", ["redis"]),
        ("RABBITMQ_URL = env('RABBITMQ_URL')\nCELERY_BROKER_URL = RABBITMQ_URL  # jobs", ["rabbitmq"]),
        ("QUEUE_URL = env('QUEUE_URL', 'amqp://q')\nCELERY_BROKER_URL = QUEUE_URL", ["rabbitmq"]),
        ("app = Celery('jobs', include=['a'], broker=settings.redis_url)", ["redis"]),
        ("celery.conf.broker_url = os.getenv('BROKER', 'sqs://')", ["sqs"]),
        ("CELERY_BROKER_URL = env(\n    'CELERY_BROKER_URL',\n    default='amqp://guest@q//',\n)", ["rabbitmq"]),
        ("CELERY_BROKER_URL = env('CELERY_BROKER_URL')", []),
        ("CELERY_RESULT_BACKEND = REDIS_URL", []),
        ("# CELERY_BROKER_URL = REDIS_URL", []),
        ("if broker_url == 'redis://x': pass", []),
    ],
)
def test_the_broker_of_celery_by_its_url_or_by_the_setting_that_holds_it(text: str, broker: list[str]) -> None:
    assert settings("app/settings.py", f"{text}\n", "celery.broker") == broker


def test_a_table_of_hashers_hashes_passwords() -> None:
    text = "from pwdlib import PasswordHash\nhashes = PasswordHash((Argon2Hasher(),))\n"
    other = "from pwdlib import PasswordHash\nclass PasswordHashes:\n    pass\n"
    assert settings("app/security.py", text, "auth.password_hash") == ["argon2"]
    assert settings("app/security.py", other, "auth.password_hash") == []


SUPABASE = """project_id = "acme"
[auth]
enabled = true
[auth.external.github]
enabled = true
client_id = "env(LOGIN_GITHUB_ID)"
secret = "env(LOGIN_GITHUB_SECRET)"
[auth.external.apple]
enabled = false
secret = "env(LOGIN_APPLE_SECRET)"
"""


def test_a_log_in_of_supabase_bears_the_variables_of_its_table_when_it_is_on() -> None:
    file = SourceFile("supabase/config.toml", SUPABASE)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file) if isinstance(item, Fact)]
    named = "LOGIN_GITHUB_ID,LOGIN_GITHUB_SECRET"
    assert [one.detail("env") for one in found if one.name == "oauth.provider"] == [named]
    reads = [(str(one.name), one.line) for one in found if one.kind is Kind.ENV_READ]
    assert reads == [("LOGIN_GITHUB_ID", 6), ("LOGIN_GITHUB_SECRET", 7)]


def test_migrations_of_supabase_and_the_database_that_is_its_own() -> None:
    path, text = "supabase/migrations/20240102030405_init.sql", "create extension vector;\ncreate table a (id int);\n"
    assert settings(path, text, "db.migrations") == ["supabase/migrations"]
    assert (settings(path, text, "db.engine"), settings("db/1.sql", text, "db.engine")) == ([], ["postgresql"])
    assert settings("other/migrations/20240102030405_init.sql", text, "db.migrations") == []


def test_only_a_migration_of_django_shows_its_folder() -> None:
    path = "shop/migrations/0001_initial.py"
    assert settings(path, "class Migration(migrations.Migration):\n    initial = True\n", "db.migrations") == [
        "shop/migrations"
    ]
    assert settings(path, "print('use the other script')\n", "db.migrations") == []


@pytest.mark.parametrize(
    ("backend", "kept"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", "memory"),
        ("django.core.cache.backends.memcached.PyMemcacheCache", "memcached"),
    ],
)
def test_djangos_cache_in_the_process_is_no_memcached(backend: str, kept: str) -> None:
    text = f'CACHES = {{\n    "default": {{\n        "BACKEND": "{backend}",\n    }}\n}}\n'
    assert settings("app/settings.py", text, "cache.driver") == [kept]


def test_an_address_over_several_lines_is_read_whole() -> None:
    text = (
        "import os\nclass Config:\n    SQLALCHEMY_DATABASE_URI = os.environ.get('DATABASE_URL', '').replace(\n"
        "        'postgres://', 'postgresql://') or \\\n        'sqlite:///' + os.path.join(here, 'app.db')\n"
    )
    file = SourceFile("config.py", text)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file) if isinstance(item, Fact)]
    assert [(one.value, one.detail("env")) for one in found if one.name == "db.engine"] == [
        ("postgresql", "DATABASE_URL"),
        ("sqlite", "DATABASE_URL"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("config :shop, Shop.Mailer, adapter: Swoosh.Adapters.Sendgrid", ["sendgrid"]),
        ("config :shop, Shop.Mailer,\n  adapter: Swoosh.Adapters.AmazonSES,\n  region: region", ["ses"]),
        ("config :shop, Shop.Mailer, adapter: Bamboo.MailgunAdapter", ["mailgun"]),
        ("config :shop, Shop.Mailer, adapter: Swoosh.Adapters.Local", []),
        ("config :shop, Shop.Mailer, adapter: Bamboo.TestAdapter", []),
        ("#     adapter: Swoosh.Adapters.Mailgun,", []),
        ("config :shop, Shop.Repo, adapter: Ecto.Adapters.Postgres", []),
    ],
)
def test_the_adapter_of_a_phoenix_mailer(text: str, expected: list[str]) -> None:
    assert settings("config/runtime.exs", text, "mail.driver") == expected


def test_what_a_build_script_hands_to_the_compiler() -> None:
    text = 'fn main() {\n    println!("cargo:rustc-env=GIT_HASH={sha}");\n    println!("cargo:rerun-if-env-changed=OTHER");\n}\n'
    assert settings("crates/app/build.rs", text, "env.inlined") == ["GIT_HASH"]
    assert settings("crates/app/src/main.rs", text, "env.inlined") == []


def test_a_set_of_any_type_is_no_table() -> None:
    text = "public DbSet<Invoice> Invoices { get; set; }\nDbSet<T> Set<T>();\nDbSet<TEntity> All;\nDbSet<Ticket> Tickets;\n"
    assert settings("Data/ShopContext.cs", text, "db.table") == ["Invoice", "Ticket"]


def test_a_crate_that_is_named_for_whom_it_calls() -> None:
    text = "use reqwest::Client;\n"
    assert settings("crates/shop_datadog/src/lib.rs", text, "module") == ["datadog"]
    assert settings("crates/datadog/src/lib.rs", text, "module") == ["datadog"]
    assert settings("crates/shop_session/src/lib.rs", text, "module") == []
    assert settings("crates/shop_datadog/src/lib.rs", "use http::Uri;\n", "module") == []


def test_clients_of_aspire_name_their_service_and_connection() -> None:
    text = 'builder.AddNpgsqlDbContext<ShopContext>("shopdb");\nbuilder.AddOpenAIClientFromConfiguration("chat");\n'
    assert settings("src/Shop/Extensions.cs", text, "db.engine") == ["postgresql"]
    assert settings("src/Shop/Extensions.cs", text, "ai.driver") == ["openai"]
    host = "var builder = DistributedApplication.CreateBuilder(args);\n" + text
    assert settings("src/Host/Program.cs", host, "db.engine") == []


def test_what_an_app_host_starts() -> None:
    text = """var builder = DistributedApplication.CreateBuilder(args);
var db = builder.AddPostgres("postgres").WithImage("ankane/pgvector").WithImageTag("v1");
builder.AddProject<Projects.Shop>("shop").WithReference(db);
// builder.AddRedis("cache");
"""
    file = SourceFile("src/Host/Program.cs", text)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file) if isinstance(item, Fact)]
    assert [(one.name, one.value) for one in found if one.kind is Kind.PLATFORM] == [
        ("dotnet-aspire", "postgres, shop")
    ]
    assert [(one.name, one.value) for one in found if one.kind is Kind.IMAGE] == [("ankane/pgvector", "v1")]


def test_where_an_app_host_has_its_parts_published() -> None:
    text = """var builder = DistributedApplication.CreateBuilder(args);
builder.AddAzureContainerAppEnvironment("env");
builder.AddProject<Projects.Shop>("shop").PublishAsAzureContainerApp((a, b) => { });
builder.AddAzureFunctionsProject<Projects.Jobs>("jobs");
// builder.AddKubernetesEnvironment("k8s");
var vault = builder.AddAzureKeyVault("vault");
"""
    file = SourceFile("src/Host/Program.cs", text)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file) if isinstance(item, Fact)]
    places = [one.name for one in found if one.kind is Kind.PLATFORM and one.name != "dotnet-aspire"]
    assert places == ["azure-container-apps", "azure-functions"]


def test_migrations_that_rust_embeds_lie_in_the_crates_folder() -> None:
    text = 'let pool: SqlitePool = open();\nsqlx::migrate!("./jobs-migrations").run(&pool).await?;\n// sqlx::migrate!("./old")\n'
    assert settings("crates/shop/src/db.rs", text, "db.migrations") == ["crates/shop/jobs-migrations"]
    assert settings("src/db.rs", "sqlx::migrate!().run(&pool)", "db.migrations") == ["migrations"]
    assert settings("src/db.rs", 'refinery::migrate!("./a")', "db.migrations") == []


def test_an_adapter_of_a_folder_for_search_is_named_for_what_it_calls() -> None:
    text = "Req.post(url, headers: [{key, token}])\n# https\n"
    assert settings("lib/shop/search/typesense.ex", text, "module") == ["typesense"]
    assert settings("lib/shop/search/index.ex", text, "module") == []
    assert settings("lib/shop/research/typesense.ex", text, "module") == []


DATABASE = """default: &default
  adapter: postgresql
  pool: <%= ENV.fetch('MAX_THREADS', 5) %>

production:
<% if !ENV['DB_HOST'].to_s.empty? %>
  <<: *default
  host: <%= ENV['DB_HOST'] %>
  <% if ENV['DB_SCHEMA'] %>
  schema: <%= ENV['DB_SCHEMA'] %>
  <% end %>
<% else %>
  adapter: sqlite3
  database: <%= ENV['WORK_DIR'] || '.' %>/db.sqlite3
<% end %>
"""


def test_the_arms_of_a_rails_database_have_variables_of_their_own() -> None:
    file = SourceFile("config/database.yml", DATABASE)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file) if isinstance(item, Fact)]
    env = {str(one.value): one.detail("env") for one in found if one.name == "db.engine"}
    assert env == {"postgresql": "MAX_THREADS,DB_HOST,DB_SCHEMA", "sqlite": "WORK_DIR"}


def test_a_rails_store_of_another_vendors_address_names_its_host() -> None:
    text = (
        "vendor:\n  service: S3\n  endpoint: https://<%= ENV['ACCOUNT_ID'] %>.r2.cloudflarestorage.com/x\n  bucket: <%= ENV['A_BUCKET'] %>\n"
        "plain:\n  service: S3\n  endpoint: <%= ENV['ENDPOINT'] %>\n  bucket: b\n"
    )
    file = SourceFile("config/storage.yml", text)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file) if isinstance(item, Fact)]
    ends = {one.detail("environment"): one.detail("endpoint") for one in found if one.name == "storage.driver"}
    assert ends == {"vendor": "{}.r2.cloudflarestorage.com", "plain": ""}


def test_models_of_django_and_files_that_only_speak_of_them() -> None:
    text = "class Order(models.Model):\n    pass\n\n\nclass Draft(Order):\n    class Meta:\n        abstract = True\n"
    assert settings("shop/models.py", text, "db.table") == ["Order"]
    assert settings("shop/report.py", "def rows(model: models.Model):\n    return model.all()\n", "db.table") == []


def symfony(text: str, name: str, path: str = "config/packages/any.yaml") -> list[str]:
    return settings(path, text, name)


@pytest.mark.parametrize(
    ("handler", "kept"),
    [
        ("session.handler.native_file", ["file"]),
        ("Symfony\\Component\\HttpFoundation\\Session\\Storage\\Handler\\PdoSessionHandler", ["database"]),
        ("Symfony\\Component\\HttpFoundation\\Session\\Storage\\Handler\\RedisSessionHandler", ["redis"]),
        ("App\\Security\\SessionHandler", []),
        ("~", []),
    ],
)
def test_what_keeps_the_sessions_of_a_symfony_application(handler: str, kept: list[str]) -> None:
    text = f"framework:\n    session:\n        handler_id: {handler}\n"
    assert symfony(text, "session.driver") == kept


@pytest.mark.parametrize(
    ("path", "folder", "told"),
    [
        ("config/packages/doctrine_migrations.yaml", "%kernel.project_dir%/migrations", ["migrations"]),
        ("shop/app/config/config.yml", "%kernel.project_dir%/src/Changes/", ["shop/src/Changes"]),
        ("config/packages/doctrine_migrations.yaml", "/var/lib/migrations", []),
        ("config/packages/doctrine_migrations.yaml", "%env(FOLDER)%", []),
    ],
)
def test_where_doctrine_keeps_its_migrations(path: str, folder: str, told: list[str]) -> None:
    text = f"doctrine_migrations:\n    migrations_paths:\n        'App\\Changes': '{folder}'\n"
    assert symfony(text, "db.migrations", path) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("val kept = Caffeine\n  .newBuilder()\n  .build<String, Book>()", ["memory"]),
        ("val kept = Caffeine.newBuilder().build<String, Book>()", ["memory"]),
        ("val shown = Caffeine\n  .molecule()", []),
        ("// val kept = Caffeine\n//  .newBuilder()", []),
    ],
)
def test_a_cache_whose_chain_is_broken_into_lines(text: str, told: list[str]) -> None:
    source = f"import com.github.benmanes.caffeine.cache.Caffeine\n{text}"
    assert settings("src/Books.kt", source, "cache.driver") == told


def test_tables_that_a_migration_makes_in_passing_are_not_kept() -> None:
    text = "create table album (id int);\ncreate table album_tmp (id int);\nCREATE TABLE new_song (id int);\ncreate table template (id int);\n"
    assert settings("db/1.sql", text, "db.table") == ["album", "template"]


def test_tables_that_go_creates_are_kept() -> None:
    text = "package db\nvar schema = `\ncreate table if not exists player (\n id int)`\n// create table x (y int)\n"
    assert settings("db/schema.go", text, "db.table") == ["player"]


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("//go:embed migrations/*.sql\nvar fs embed.FS\nfunc f() { goose.SetBaseFS(fs) }", ["store/migrations"]),
        ('//go:embed all:migration/pg\nvar fs embed.FS\nfunc f() { iofs.New(fs, "x") }', ["store/migration/pg"]),
        ("//go:embed templates/*.html\nvar fs embed.FS\nfunc f() { goose.SetBaseFS(fs) }", []),
        ("//go:embed migrations/*.sql\nvar fs embed.FS\n", []),
    ],
)
def test_migrations_that_go_embeds(text: str, folders: list[str]) -> None:
    assert settings("store/db.go", text, "db.migrations") == folders


def test_spring_settings_that_the_build_fills_in_are_read() -> None:
    text = """spring:
  flyway:
    locations: classpath:db/steps/{vendor}
  config:
    import:
      - "optional:file:\\${shop.dir}/a.yml"
logging:
  file:
    name: \\${shop.dir}/logs/shop.log
"""
    path = "app/src/main/resources/application.yml"
    assert settings(path, text, "db.migrations") == ["db/steps"]
    assert len(settings(path, text, "log.driver")) == 1
    assert settings(path, text.replace("\\\\$", "\\q$"), "db.migrations") == ["db/steps"]
    assert settings(path, text.replace('"optional', '"\\qoptional'), "db.migrations") == []


def test_migrations_of_each_database_have_its_name() -> None:
    file = SourceFile("a/src/main/resources/migrations/mysql/V1__a.sql", "create table a (b int);")
    found = [one for c in collectors() if c.wants(file) for one in c.collect(file)]
    engines = [one.detail("engine") for one in found if isinstance(one, Fact) and one.name == "db.migrations"]
    assert engines == ["mysql"]


def test_applications_that_a_method_of_a_settings_class_gives() -> None:
    text = (
        "class Base(Settings):\n    @property\n    def INSTALLED_APPS(self):\n        apps = [\n"
        '            "allauth.socialaccount.providers.github",\n        ]\n        if self.MORE:\n'
        '            apps += ["allauth.socialaccount.providers.bitbucket_oauth2"]\n        return apps\n\n'
        '    def others(self):\n        return ["allauth.socialaccount.providers.gitlab"]\n'
    )
    assert settings("shop/settings/base.py", text, "oauth.provider") == ["github", "bitbucket"]


def test_migrations_of_entity_framework_lie_where_their_steps_do() -> None:
    text = """using Microsoft.EntityFrameworkCore.Migrations;
namespace Shop.Migrations;
public partial class AddOrders : Migration
{
    protected override void Up(MigrationBuilder builder) { }
}
"""
    assert settings("Shop.Data/Migrations/20260101_AddOrders.cs", text, "db.migrations") == ["Shop.Data/Migrations"]
    helper = text.replace(": Migration", ": MigrationHelper")
    assert settings("Shop.Data/Migrations/Helper.cs", helper, "db.migrations") == []
    assert settings("Shop.Data/Steps/20260101_AddOrders.cs", text, "db.migrations") == []


def test_a_configuration_that_is_built_up_before_it_is_returned_is_read() -> None:
    channels = "'default' => env('LOG_CHANNEL', 'stack'), 'channels' => ['stack' => ['driver' => 'stack', 'channels' => ['single']], 'single' => ['driver' => 'single']]"
    text = f"<?php\n$config = [{channels}];\n\nif (env('X')) {{\n    $config['channels']['stack']['level'] = ['debug'];\n}}\nreturn $config;\n"
    assert settings("config/logging.php", text, "log.driver") == ["stack", "file"]
    assert settings("config/logging.php", text.replace("return $config", "return $other"), "log.driver") == []


def test_a_channel_that_writes_to_a_stream_keeps_no_file() -> None:
    channels = (
        "'out' => ['driver' => 'single', 'path' => 'php://stdout'], 'kept' => ['driver' => 'single', 'path' => 'a.log']"
    )
    text = f"<?php\nreturn ['default' => 'out', 'channels' => [{channels}]];\n"
    assert settings("config/logging.php", text, "log.driver") == ["stdout", "file"]


@pytest.mark.parametrize(
    ("path", "text", "tags"),
    [
        ("views/base.twig", "_paq.push(['setTrackerUrl', u + 'm.php']);", ["matomo"]),
        ("views/base.html", '<script src="/s.js" data-website-id="{{ id }}"></script>', ["umami"]),
        ("views/base.html", '<div data-website-id="7"></div>', []),
        ("src/Head.astro", "<script is:inline defer data-domain={site.domain} src={site.script} />", ["plausible"]),
        ("src/Head.astro", "<script defer data-domains={site.domain} src={site.script} />", []),
        ("app/helpers/a.rb", "window['_fs_org'] = '#{ENV['ORG']}';", ["fullstory"]),
        ("app/helpers/a.rb", "puts 'set _fs_org first'", []),
        ("src/Head.astro", "<div data-domain={site.domain}></div>", []),
        ("views/base.html", "<p>call setTrackerUrl first</p>", []),
    ],
)
def test_tags_of_analytics_whose_address_a_setting_gives(path: str, text: str, tags: list[str]) -> None:
    assert settings(path, text, "analytics.tag") == tags


ECTO = """import Config
database_url =
  System.get_env("SHOP_DATABASE_URL") || raise "missing"
db_host = System.get_env("SHOP_DB_HOST", "localhost")

config :shop, Shop.Repo,
  url: database_url,
  hostname: db_host,
  password: System.fetch_env!("SHOP_DB_PASSWORD"),
  pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10")

config :shop, Shop.Mailer, password: System.get_env("MAIL_PASSWORD")
"""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("config/runtime.exs", ["SHOP_DATABASE_URL,SHOP_DB_HOST,SHOP_DB_PASSWORD"]),
        ("config/dev.exs", []),
        ("config/test.exs", []),
    ],
)
def test_where_a_repository_of_ecto_connects(path: str, told: list[str]) -> None:
    assert settings(path, ECTO, "db.connection") == told
    assert settings(path, ECTO.replace("Shop.Repo,", "Shop.Report,"), "db.connection") == []


@pytest.mark.parametrize(
    ("text", "sinks"),
    [
        ("Log = &logrus.Logger{\n\tOut: os.Stderr,\n}", ["stderr"]),
        ("file = os.Stdout\nlog.Logger = zerolog.New(file).With().Logger()", ["stdout"]),
        ("log.Logger = zerolog.New(file).With().Logger()", []),
        ('import log "github.com/sirupsen/logrus"\nfunc main() { log.SetLevel(log.DebugLevel) }', ["stderr"]),
        ('import log "github.com/sirupsen/logrus"\nfunc main() { log.SetOutput(os.Stdout) }', ["stdout"]),
        ('import log "github.com/sirupsen/logrus"\nfunc main() { log.SetOutput(file) }', []),
        ('import log "example.org/own/log"\nfunc main() { log.SetLevel(3) }', []),
        ("func (h *Hook) Fire(entry *logrus.Entry) error { return nil }", []),
    ],
)
def test_where_a_logger_of_go_writes(text: str, sinks: list[str]) -> None:
    assert settings("logger.go", f"package logger\n{text}\n", "log.driver") == sinks


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("upload.transferTo(target);", 1),
        ("upload.transferTo(new File(name));", 1),
        ("in.transferTo(out);", 0),
        ("is.transferTo(buffer);", 0),
        ("upload.transferTo(response);", 0),
        ("try (var output = new FileOutputStream(place)) {\n      input.transferTo(output);\n    }", 1),
        (
            "try (var output = new FileOutputStream(File.createTempFile(a, b))) {\n      input.transferTo(output);\n    }",
            0,
        ),
    ],
)
def test_a_stream_that_is_copied_into_another_keeps_no_file(call: str, count: int) -> None:
    text = f"class Box {{\n  void keep(MultipartFile upload) {{\n    {call}\n  }}\n}}\n"
    assert len(settings("src/Box.java", text, "storage.driver")) == count
    assert settings("src/Box.java", text.replace("Multipart", ""), "storage.driver") == []


SINKS = """{
  "Serilog": {
    "Using": ["Serilog.Sinks.Seq"],
    "WriteTo": [
      { "Name": "Console" },
      { "Name": "Async", "Args": { "configure": [{ "Name": "File" }] } }
    ],
    "Enrich": ["FromLogContext"],
    "Filter": [{ "Name": "Seq" }]
  }
}
"""


def test_the_settings_of_an_application_name_the_sinks_of_serilog() -> None:
    assert settings("src/Shop/appsettings.json", SINKS, "log.driver") == ["stdout", "file"]
    assert settings("src/Shop/appsettings.Development.json", SINKS, "log.driver") == []
    assert settings("src/Shop/appsettings.json", SINKS.replace("Serilog", "Shoplog"), "log.driver") == []
    listed = (
        "Serilog:\n  WriteTo:\n  - Name: Console\n    Args:\n      theme: dark\n  - Seq\n  Enrich:\n  - Name: File\n"
    )
    assert settings("src/Shop/appsettings.yml", listed, "log.driver") == ["stdout", "seq"]


@pytest.mark.parametrize(
    ("fields", "engines"),
    [
        (
            "client: 'mysql', host: process.env.DB_HOST, user: process.env.DB_USER, password: process.env.DB_PASSWORD",
            ["mysql"],
        ),
        ("type: 'postgres', host: env.HOST, username: env.USER, password: env.PASS", ["postgresql"]),
        ("client: 'mysql'", []),
        ("type: 'smtp', host: env.HOST, user: env.USER, password: env.PASS", []),
    ],
)
def test_a_connection_among_the_configuration_objects_of_nest(fields: str, engines: list[str]) -> None:
    text = f"import {{ registerAs }} from '@nestjs/config';\nexport default registerAs('db', () => ({{ {fields} }}));\n"
    assert settings("src/config/db.ts", text, "db.engine") == engines


@pytest.mark.parametrize(
    ("backend", "engines"),
    [
        ("tortoise.backends.sqlite", ["sqlite"]),
        ("tortoise.backends.asyncpg", ["postgresql"]),
        ("tortoise.contrib.test", []),
    ],
)
def test_the_engine_in_the_configuration_of_tortoise(backend: str, engines: list[str]) -> None:
    text = f"from tortoise import Tortoise\nCONFIG = {{'connections': {{'default': {{'engine': '{backend}'}}}}}}\n"
    assert settings("core/db.py", text, "db.engine") == engines


@pytest.mark.parametrize(
    ("value", "connections"),
    [
        ("os.environ.get('db_url')  # kept by the host", ["db_url"]),
        ("os.environ['DATABASE_URL']", ["DATABASE_URL"]),
        ("os.environ.get('DATABASE_URL', 'sqlite:///app.db')", []),
        ("make_address(host)", []),
    ],
)
def test_the_variable_that_gives_flask_its_database(value: str, connections: list[str]) -> None:
    assert (
        settings("config.py", f"class Config:\n    SQLALCHEMY_DATABASE_URI = {value}\n", "db.connection") == connections
    )


@pytest.mark.parametrize(
    ("package", "kept"), [("multer", ["local"]), ("fastify-multer", ["local"]), ("@acme/multer-memory", [])]
)
def test_receivers_of_uploads_by_any_framework(package: str, kept: list[str]) -> None:
    text = f'import multer from "{package}";\nconst upload = multer({{ dest: "uploads/" }});\n'
    assert settings("src/store.ts", text, "storage.driver") == kept
