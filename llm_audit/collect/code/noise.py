"""Modules that betray no external system: standard libraries, frameworks' inner parts, user interface and test helpers.

A table of names per language, so that facts stay few. Whatever may talk to something outside stays out of it.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache

from llm_audit.collect.expressions import expression

_NODE = frozenset(
    """assert async_hooks buffer child_process cluster console constants crypto diagnostics_channel dns domain
    events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline
    repl stream string_decoder test timers tls tty url util v8 vm wasi worker_threads zlib bun deno""".split()
)
_JS_NAMES = frozenset(
    """react react-dom react-native react-native-web react-router react-router-dom react-hook-form react-i18next
    react-select react-icons react-hot-toast react-toastify react-dropzone react-redux react-table react-use
    react-query react-intl react-helmet react-helmet-async react-is react-test-renderer
    react-native-reanimated react-transition-group react-native-gesture-handler
    react-native-safe-area-context react-native-screens react-native-svg react-day-picker react-datepicker
    react-markdown react-beautiful-dnd react-dnd react-dnd-html5-backend react-virtualized react-window
    react-spring react-textarea-autosize react-colorful react-resizable-panels react-error-boundary preact
    vue vue-router vuex pinia svelte solid-js lit qwik jotai zustand redux mobx mobx-react mobx-react-lite
    recoil immer reselect xstate swr nuqs lodash lodash-es underscore ramda rxjs zod yup joi valibot ajv
    superjson clsx classnames tailwind-merge tailwindcss tailwindcss-animate class-variance-authority tslib
    uuid nanoid cuid ulid ms dayjs moment moment-timezone date-fns date-fns-tz luxon chalk picocolors kleur
    ora debug yargs commander minimist inquirer prompts dotenv dotenv-expand cross-env slugify sharp semver
    glob fast-glob globby minimatch micromatch rimraf fs-extra mkdirp chokidar execa qs query-string
    path-to-regexp escape-html he entities framer-motion motion lucide-react lucide lucide-vue-next sonner
    cmdk vaul recharts d3 chart.js three gsap swiper embla-carousel-react input-otp next-themes next-intl
    i18next vue-i18n styled-components styled-jsx prop-types storybook jest vitest mocha chai sinon
    supertest enzyme cypress playwright ava tap jsdom happy-dom webpack vite rollup esbuild tsup parcel
    postcss autoprefixer eslint prettier typescript ts-node tsx babel-jest ts-jest core-js
    regenerator-runtime jquery bootstrap popper.js alpinejs express body-parser cors helmet
    cookie-parser compression koa fastify hono type-fest ts-pattern ts-essentials es-toolkit vite-plus
    vite-plus/test reflect-metadata class-validator class-transformer async p-limit p-retry p-map
    bluebird eventemitter3 inversify tsyringe use-debounce usehooks-ts ahooks immutable deepmerge
    fast-deep-equal deep-equal sanitize-html dompurify marked markdown-it highlight.js prismjs gray-matter
    unified rehype remark js-yaml yaml toml ini csv-parse papaparse mime mime-types bytes pretty-bytes
    pluralize validator invariant tiny-invariant tiny-warning decimal.js big.js bignumber.js next
    server-only client-only @storybook/test @playwright/test @jest/globals""".split()
)
_JS_KEPT = r"@tanstack/ai|@angular/(?:fire|google-maps)|@uiw/react-amap|(?:node|bun):sqlite"
_JS_PREFIXES = """
    @radix-ui/ @mui/ @chakra-ui/ @headlessui/ @heroicons/ @mantine/ @emotion/ @fortawesome/ @ant-design/ antd
    @types/ @testing-library/ @storybook/ @babel/ @typescript-eslint/ @vue/ @vueuse/ @tanstack/ @hookform/
    @dnd-kit/ @floating-ui/ @tiptap/ @react-spring/ @react-aria/ @react-email/ @remix-run/ @reduxjs/
    @angular/ @ngrx/ @ionic/ @base-ui @formkit/ @lexical/ @codemirror/ @uiw/ @visx/ @nivo/ @tabler/
    @phosphor-icons/ @iconify/ @nuxt/kit @astrojs/ @sveltejs/kit @nestjs/common @nestjs/core @nestjs/swagger
    @nestjs/testing @nestjs/config @trpc/ @vitejs/ @rollup/ @eslint/ @jest/ react/ react-dom/ react-icons/
    lodash/ lodash. date-fns/ vue/ svelte/ solid-js/ preact/ rxjs/ zod/ dayjs/ next/image next/link
    next/router next/navigation next/head next/dynamic next/font next/server next/headers next/types
    next/error next/document next/app next/dist next/cache next/config next/og hono/ vite/ vitest/ d3-
    eslint- rehype- remark- prosemirror- fs/ node: bun: astro: virtual: motion/ vue-demi""".split()
_JS_NOISE = expression(rf"(?!{_JS_KEPT})(?:{'|'.join(map(re.escape, _JS_PREFIXES))})")

_PY_KEPT = frozenset(
    """smtplib imaplib poplib ftplib nntplib telnetlib sqlite3 logging.handlers syslog urllib urllib.request
    http.client xmlrpc.client smtpd dbm""".split()
)
_PY_NAMES = (
    frozenset(sys.stdlib_module_names)
    | frozenset(
        """typing_extensions pytest _pytest numpy pandas scipy matplotlib setuptools pkg_resources six attr attrs click
    rich tqdm yaml pydantic pydantic_settings dateutil pytz dotenv jinja2 markupsafe werkzeug mock
    hypothesis factory faker freezegun tests conftest marshmallow wtforms flask_wtf flask_cors typer
    colorama tabulate packaging cython nose tox coverage tomli toml orjson ujson simplejson more_itertools
    toolz anyio trio sniffio starlette fastapi flask django_filters crispy_forms rest_framework
    django_extensions environ decouple PIL regex lxml bs4 markdown bleach pygments docutils sphinx __main__
    distutils torch sklearn seaborn sympy networkx pyparsing asgiref alembic_utils
    responses respx vcr requests_mock time_machine annotated_types""".split()
    )
) - frozenset(["smtplib", "imaplib", "poplib", "ftplib", "nntplib", "telnetlib", "sqlite3", "syslog", "smtpd", "dbm"])
_PY_PREFIXES = expression(
    r"django\.(?!core\.(mail|cache)|contrib\.(auth|gis|postgres|sessions)|db\.backends)|django\Z|flask\.(?!sessions)"
    r"|pydantic\b|numpy\.|pandas\."
)

_GO_KEPT = frozenset(["net/smtp", "log/syslog", "database/sql", "net/http", "net/rpc", "expvar"])
_GO_NOISE = expression(
    r"golang\.org/x/(?!oauth2|crypto/acme|net/webdav)|google\.golang\.org/protobuf|github\.com/(?:stretchr/testify|pkg/errors"
    r"|google/uuid|spf13/(?:cobra|viper|pflag|cast)|davecgh/|gorilla/(?!sessions|securecookie)|go-chi/(?!jwtauth)"
    r"|gin-gonic/|labstack/(?!echo-(?:jwt|prometheus))|mitchellh/(?!goamz)|fatih/color|google/go-cmp|joho/godotenv"
    r"|go-playground/|samber/lo|caarlos0/env|urfave/cli)|go\.uber\.org/(?:fx|multierr|atomic)|gopkg\.in/yaml|k8s\.io/utils"
)

_JVM_NOISE = expression(
    r"java\.(?!sql\.|net\.http)|javax\.(?!mail|jms|sql|naming|persistence|cache)|jakarta\.(?!mail|jms|persistence)"
    r"|kotlin\.|kotlinx\.|scala\.|android\.(?!database\.sqlite)|androidx\.(?!room|sqlite|credentials)|dalvik\.|sun\.|jdk\."
    r"|org\.(?:junit|testng|mockito|hamcrest|assertj|intellij|jetbrains\.(?!exposed)|mapstruct|projectlombok|aspectj"
    r"|springdoc|w3c|xml|jspecify|thymeleaf|json|skyscreamer)\b|lombok\b|junit\b|io\.(?:swagger|mockk|kotest)\b|springfox\."
    r"|com\.(?:fasterxml\.jackson|google\.(?:common|gson|inject|errorprone)|sun\.(?!mail)|github\.pagehelper)\b"
    r"|org\.apache\.commons\.(?:lang|lang3|io|collections|collections4|codec|text)\b|reactor\.(?!kafka|rabbitmq)"
    r"|cn\.hutool\.(?:core|json)\b|org\.springframework\.(?:mock|dao|beans|context|stereotype|util|core|http|boot|transaction"
    r"|test|validation|scheduling|lang|aop|format|ui|data\.(?:domain|repository|util)"
    r"|web\.(?:bind|servlet|context|filter|cors|multipart|util|server))\b"
)

_PHP_NOISE = expression(
    r"Illuminate\\(?!Support\\Facades\\(?:Storage|Mail|Redis|Http|Queue|Broadcast|Notification|Cache|DB|Log)\Z|Redis\b|Notifications\\(?:Slack|Messages\\SlackMessage)\b)"
    r"|Symfony\\(?!Component\\(?:Mailer|Notifier|Messenger|HttpClient|Lock|Cache|Ldap|RemoteEvent|Webhook|Mercure|Security)\b"
    r"|Contracts\\HttpClient|UX|Bridge)|PHPUnit\\|Psr\\|Tests?\\|App\\|Database\\|Faker\\|Mockery|Carbon\\|Ramsey\\"
    r"|Doctrine\\(?:Common|Inflector|Persistence)\\|Laravel\\(?:Prompts|SerializableClosure)|Composer\\|Pest\\|Webmozart\\"
    r"|Twig\\|Monolog\\(?:Formatter|Processor|Level)|PhpParser\\|[A-Z]\w*(?:Exception|Error|Interface)\Z"
    r"|(?:SensitiveParameter|Attribute|Override|Deprecated|Date\w+|Array\w+|Iterator\w*|Generator|Countable|Stringable"
    r"|JsonSerializable|Reflection\w*|Spl\w+|stdClass|Carbon|Traversable|DOM\w+|SimpleXML\w*|ZipArchive|HTMLPurifier|Str"
    r"|Arr|Route|Schema|Validator|View|Event|Config|Session|Lang|Artisan|Auth|Gate|Hash|URL|Request|Response|Input|Eloquent"
    r"|Closure|Exception|Throwable)\Z"
)

_RUBY_NOISE = frozenset(
    """Rails ActiveRecord ActiveSupport ActionController ActionView ActiveModel ActionDispatch ActiveJob
    ApplicationRecord ApplicationController ApplicationJob ApplicationMailer Time Date DateTime Hash Array
    String Integer Float Symbol Struct File Dir FileUtils Pathname IO StringIO Tempfile JSON YAML CSV URI
    Set Kernel Object Module Class Comparable Enumerable ENV Process Thread Mutex Queue Math Random
    SecureRandom Digest OpenSSL Base64 Logger Benchmark Timeout Etc RSpec Minitest FactoryBot Faker Capybara
    I18n ERB CGI Regexp Proc Marshal ObjectSpace GC Signal Monitor OpenStruct Data BigDecimal Rational
    Complex Exception StandardError ArgumentError RuntimeError NotImplementedError Errno Gem Bundler Rake
    Zlib Shellwords Open3 SimpleCov WebMock VCR Rack Sprockets Zeitwerk Test Ractor Fiber Encoding Nokogiri
    Thor Current Arel ActionText Money SimpleDelegator Forwardable Singleton Observable Concurrent Hashie
    Dry""".split()
)
_RUBY_REQUIRES = frozenset(
    """json yaml csv uri set time date digest openssl base64 logger benchmark timeout erb cgi fileutils pathname
    tempfile securerandom stringio ostruct optparse bundler bundler/setup rails rails/all active_record
    active_support rake rspec minitest/autorun pp English forwardable singleton delegate observer shellwords
    open3 zlib bigdecimal monitor socket rspec/rails spec_helper rails_helper test_helper simplecov
    webmock/rspec vcr pry byebug irb etc tmpdir find io/console strscan ripper psych rubygems thor nokogiri
    i18n zeitwerk bootsnap/setup""".split()
)

_RUST_NOISE = frozenset(
    """std core alloc crate self super proc_macro serde serde_json serde_yaml serde_urlencoded toml tokio
    tokio_util tokio_stream futures futures_util async_trait anyhow thiserror eyre color_eyre
    log clap structopt rand regex chrono time uuid bytes once_cell lazy_static
    itertools parking_lot crossbeam rayon url base64 hex sha2 hmac md5 http hyper tower tower_http axum
    actix_web actix rocket warp num_cpus num_traits bitflags indexmap smallvec either syn quote proc_macro2
    darling derive_more strum strum_macros tempfile walkdir glob dirs dotenv dotenvy config validator semver
    nom pest criterion proptest mockall wiremock assert_cmd pretty_assertions rstest test_log dashmap
    arc_swap pin_project mime percent_encoding secrecy zeroize typed_builder utoipa schemars test fmt str
    string vec option result io fs env path iter mem collections sync net cmp ops ptr slice char u8 u16 u32
    u64 i8 i16 i32 i64 f32 f64 usize isize bool default convert error thread process cell rc hash marker any
    borrow""".split()
)

_ELIXIR_NOISE = frozenset(
    """Enum Map String List Keyword Logger Application GenServer Supervisor Agent Task Process Kernel IO File Path
    System Integer Float Regex Date DateTime NaiveDateTime Time Calendar Stream Access Atom Base Code
    Exception Function Inspect Macro MapSet Module Node Port Protocol Range Registry StringIO Tuple URI
    Version ExUnit Mix Plug Phoenix Ecto Jason Poison Config Config.Reader Gettext Bitwise DynamicSupervisor
    Record Behaviour Collectable Enumerable ArgumentError RuntimeError Credo Dialyxir Telemetry Floki Timex
    Decimal Bcrypt Ecto.Query Mox Faker Credo Absinthe EEx HEEx Heex Routes Repo Endpoint Router Accounts
    Layouts CoreComponents""".split()
)

_SWIFT_NOISE = frozenset(
    """Foundation UIKit SwiftUI Combine AppKit Cocoa CoreGraphics CoreData CoreFoundation CoreImage CoreText
    CoreAudio Darwin Dispatch QuartzCore XCTest Testing os OSLog Observation SwiftData Swift Glibc Musl
    Metal MetalKit AVFoundation AVKit Accelerate SceneKit SpriteKit RealityKit Security SystemConfiguration
    WebKit ObjectiveC PackageDescription Network UniformTypeIdentifiers Photos PhotosUI WidgetKit
    ActivityKit AppIntents Intents NaturalLanguage Vision CoreML CryptoKit Crypto LocalAuthentication
    CoreLocation CoreBluetooth CoreMotion FoundationNetworking ServiceManagement Vapor NIO NIOCore NIOPosix
    NIOHTTP1 ArgumentParser Algorithms Collections SnapKit Lottie""".split()
)
_DART_NOISE = expression(
    r"dart:|flutter/|flutter_test/|flutter_localizations/|test/|meta/|collection/|intl/|path/|async/|provider/|riverpod"
    r"|flutter_riverpod/|hooks_riverpod/|flutter_bloc/|bloc/|equatable/|freezed_annotation/|json_annotation/"
    r"|get_it/|injectable/"
    r"|go_router/|auto_route/|mockito/|mocktail/|uuid/|rxdart/|flutter_svg/|path_provider/|get/|flutter_hooks/"
)
_CSHARP_NOISE = expression(
    r"System(?!\.(?:Net\.Mail|Net\.Http|Net\.WebSockets|Data\.\w|DirectoryServices|IdentityModel))(?:\.|\Z)"
    r"|Microsoft\.(?:AspNetCore\.(?!Authentication|SignalR|DataProtection|Identity)|Extensions\.(?!Caching|AI)|CSharp|Win32"
    r"|VisualStudio(?!\.Services)|CodeAnalysis|OpenApi|UI|Maui|JSInterop|IO|Xaml)|Xunit|NUnit|Moq|FluentAssertions"
    r"|FluentValidation|Newtonsoft|AutoMapper|MediatR|JetBrains|Windows|Xamarin|Avalonia|UnityEngine|UnityEditor|Bogus"
    r"|Shouldly|Humanizer"
)


@lru_cache(maxsize=1 << 14)
def javascript(module: str) -> bool:
    """Node's own modules, user interface, build and test helpers."""
    return module in _NODE or module in _JS_NAMES or _JS_NOISE.match(module) is not None


@lru_cache(maxsize=1 << 14)
def python(module: str) -> bool:
    """The standard library but its network and database clients; numeric, test and web framework basics."""
    root = module.partition(".")[0]
    if root in ("logging", "urllib", "http", "xmlrpc"):
        return module not in _PY_KEPT and not module.startswith("logging.handlers.")
    return root in _PY_NAMES or _PY_PREFIXES.match(module) is not None


@lru_cache(maxsize=1 << 14)
def go(module: str) -> bool:
    """The standard library but its network and database clients; routers, loggers and test helpers."""
    if "." not in module.partition("/")[0]:
        return module not in _GO_KEPT
    return _GO_NOISE.match(module) is not None


@lru_cache(maxsize=1 << 14)
def jvm(module: str) -> bool:
    """The platform's packages, annotations, test helpers and the inner parts of Spring."""
    return _JVM_NOISE.match(module + ".") is not None


@lru_cache(maxsize=1 << 14)
def php(module: str) -> bool:
    """PHP's own classes, a project's usual roots and the inner parts of Laravel and Symfony."""
    return _PHP_NOISE.match(module) is not None


def ruby(module: str) -> bool:
    """Ruby's and Rails' own constants and libraries."""
    return module in _RUBY_REQUIRES or module.partition("::")[0] in _RUBY_NOISE


def rust(module: str) -> bool:
    """The standard library, async runtimes, serialisation and helpers."""
    return module.partition("::")[0] in _RUST_NOISE


def elixir(module: str) -> bool:
    """Elixir's own modules and the inner parts of Phoenix and Ecto."""
    if module.startswith("Ecto.Adapters"):
        return False
    return module in _ELIXIR_NOISE or module.partition(".")[0] in _ELIXIR_NOISE


def swift(module: str) -> bool:
    """Apple's frameworks without a service behind them."""
    return module in _SWIFT_NOISE


def dart(module: str) -> bool:
    """Dart's own libraries, state management and widgets."""
    return _DART_NOISE.match(module) is not None


@lru_cache(maxsize=1 << 14)
def csharp(module: str) -> bool:
    """.NET's own namespaces but its network and database clients; test and mapping helpers."""
    return _CSHARP_NOISE.match(module) is not None
