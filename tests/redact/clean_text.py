"""Lines that hold no secret, though much in them looks like one: digests, ids, pins, names, references, placeholders."""

from __future__ import annotations

from random import Random

_HEX = "0123456789abcdef"


def _hex(rng: Random, size: int) -> str:
    return "".join(rng.choice(_HEX) for _ in range(size))


def _uuid(rng: Random) -> str:
    return "-".join(_hex(rng, size) for size in (8, 4, 4, 4, 12))


def _digests() -> list[str]:
    rng = Random(3)
    forms = (
        "FROM node:20-alpine@sha256:{64}", "image: ghcr.io/acme/api@sha256:{64}", "- uses: actions/checkout@{40} # v4.1.7",
        "commit {40}", "**Commit:** `{40}`", "checksum = \"{64}\"", "sha1: {40}", "md5sum: {32}", "    --hash=sha256:{64}",
        "ETag: \"{32}\"", "https://github.com/acme/shop/commit/{40}", "https://github.com/acme/shop/blob/{40}/src/app.py#L10",
        "git checkout {40}", "rev = \"{40}\"", "Merge base: {40}", "- Revision {40} is deployed", "fingerprint {64}", "digest: {64}",
        "resolved \"https://registry.npmjs.org/a/-/a-1.0.0.tgz#{40}\"", "<script integrity=\"sha256-{64}\"></script>",
        "git = \"https://github.com/acme/lib\", rev = \"{40}\"", "tree {40}", "parent {40}", "docker pull redis@sha256:{64}",
    )  # fmt: skip
    return [form.format(*[""] * 65) if "{" not in form else _filled(form, rng) for form in forms]


def _filled(form: str, rng: Random) -> str:
    for size in (32, 40, 64):
        form = form.replace(f"{{{size}}}", _hex(rng, size))
    return form


def _identifiers() -> list[str]:
    rng = Random(4)
    forms = (
        "trace id {u}", "`{u}` is the tenant of the demo", "GET /api/v1/orders/{u}", "<guid>{u}</guid>", "Project(\"{{{u}}}\") = \"Web\"",
        "request_id={u}", "\"clientId\": \"{u}\"", "subscription /subscriptions/{u}/resourceGroups/rg", "AZURE_TENANT_ID: {u}", "pvc-{u}",
    )  # fmt: skip
    return [form.replace("{u}", _uuid(rng)).replace("{{", "{").replace("}}", "}") for form in forms]


_FIXED = """\
- `STRIPE_SECRET_KEY` - required; read in `src/pay.ts:12`
- `DATABASE_URL` - PostgreSQL connection string
- `OPENAI_API_KEY` (required) and `OPENAI_BASE_URL` (optional)
- Auth: API key in header, from `SENDGRID_API_KEY`
- Auth: JWT tokens signed with `JWT_SECRET`
  - Auth env vars: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`
  - Webhook secret: `STRIPE_WEBHOOK_SECRET`
- Token: Stored in an httpOnly cookie, refreshed every 15 minutes
- Password hashing: bcrypt, 12 rounds
- Password reset: e-mail link, valid for 24 hours
- API key: passed as `x-api-key` header
- Secret: not required in development
- Key rotation: every 90 days
- Passwords: argon2id with pepper
- Token expiry: 3600 seconds
- Max tokens: 4096
- Session secret: from environment
password: ${DB_PASSWORD}
password: {{ .Values.postgresql.auth.password }}
password: ${{ secrets.DB_PASSWORD }}
DB_PASSWORD=${DB_PASSWORD:?set it}
DB_PASSWORD=$(cat /run/secrets/db)
DB_PASSWORD=
DB_PASSWORD=changeme
DB_PASSWORD=your-password-here
DB_PASSWORD=<your password>
DB_PASSWORD=postgres
API_KEY=your_api_key_here
API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx
API_KEY="<YOUR_API_KEY>"
API_KEY=...
API_KEY=REPLACE_ME
API_KEY=sk-...
API_KEY=sk_test_...
API_KEY=pk_test_xxx
SECRET_KEY=insecure-dev-only
API_KEY=00000000-0000-0000-0000-000000000000
SECRET_KEY=django-insecure-change-me
SECRET_KEY=replace-with-a-long-random-string
SECRET_KEY_BASE=generate_with_mix_phx_gen_secret
JWT_SECRET=your-super-secret-jwt-key
JWT_SECRET=change-this-in-production
NEXTAUTH_SECRET=
AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_access_key_id = YOUR_ACCESS_KEY
TOKEN_URL=https://auth.acme.io/oauth/token
TOKEN_ENDPOINT=https://auth.acme.io/oauth/token
PASSWORD_RESET_URL=https://app.acme.io/reset
API_KEY_ID=main
ACCESS_TOKEN_TTL=900
PASSWORD_MIN_LENGTH=12
TOKEN_EXPIRY=7d
CACHE_KEY_PREFIX=shop:v2:
PRIVATE_KEY_PATH=/run/secrets/signing.pem
SSL_KEY_FILE=./certs/server.key
SECRET_NAME=prod/shop/db
PUBLIC_KEY=pk
COOKIE_NAME=sid
postgresql://user:password@localhost:5432/app
postgresql://postgres:postgres@db:5432/postgres
postgres://${DB_USER}:${DB_PASSWORD}@${DB_HOST}/app
mysql://root:root@127.0.0.1/app
mongodb://localhost:27017/shop
mongodb+srv://<user>:<password>@cluster0.mongodb.net/
redis://localhost:6379/0
redis://:$REDIS_PASSWORD@cache:6379
amqp://guest:guest@rabbit:5672
smtp://mailhog:1025
https://user@bitbucket.org/acme/shop.git
git@github.com:acme/shop.git
ssh://git@github.com/acme/shop.git
https://api.stripe.com/v1/charges
https://sentry.io/api/0/projects/acme/shop/
https://hooks.slack.com/services/
https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX
https://discord.com/api/webhooks/{id}/{token}
https://example.com/reset?token={token}
https://example.com/callback?code=CODE&state=STATE
https://example.com/?api_key=YOUR_API_KEY
https://maps.googleapis.com/maps/api/js?key=${key}
https://www.npmjs.com/package/@aws-sdk/client-s3
https://docs.github.com/en/actions/security-guides/encrypted-secrets
Authorization: Bearer <token>
Authorization: Bearer ${token}
Authorization: Basic base64(user:password)
Authorization: Token YOUR_TOKEN
X-API-Key: <key>
x-api-key: process.env.API_KEY
headers: { Authorization: `Bearer ${process.env.API_TOKEN}` }
headers["Authorization"] = f"Bearer {settings.api_token}"
curl -u user:password https://api.acme.io
curl -H "Authorization: Bearer $TOKEN" https://api.acme.io
const apiKey = process.env.API_KEY;
const apiKey = process.env.API_KEY!
const token = await getToken(session.user.id);
const secret = config.get<string>('auth.jwt.secret');
const password = faker.internet.password();
const key = `${prefix}:${userId}`;
const { accessToken, refreshToken } = await exchange(code);
apiKey: string;
apiKey: z.string().min(1),
password: z.string().min(8).max(128),
password: Joi.string().required(),
password: { type: String, required: true },
password = models.CharField(max_length=128)
token = secrets.token_urlsafe(32)
token: Optional[str] = None
secret_key: SecretStr = Field(..., env="SECRET_KEY")
api_key = os.environ["API_KEY"]
api_key = os.getenv("API_KEY", "")
api_key: ENV.fetch("API_KEY")
'password' => env('DB_PASSWORD', ''),
'key' => env('APP_KEY'),
"secret": "${file:/etc/secret}"
password := os.Getenv("DB_PASSWORD")
String password = System.getenv("DB_PASSWORD");
private val apiKey: String by lazy { BuildConfig.API_KEY }
let api_key = std::env::var("API_KEY")?;
@Value("${jwt.secret}") private String secret;
spring.datasource.password=${DB_PASSWORD}
variable "db_password" { type = string }
password = var.db_password
password = random_password.db.result
secret_key_ref: { name: db, key: password }
key: password
passwordSecretRef: db-credentials
existingSecret: shop-db
secretName: shop-tls
tokenPath: /var/run/secrets/kubernetes.io/serviceaccount/token
primary_key: id
foreign_key: customer_id
sort_key: created_at
public_key: ./keys/public.pem
keyboard: qwerty
monkey: patch
image: docker.io/valkey/valkey:9-alpine
- Client: valkey/valkey:8.1-bookworm in `compose.yml`
hockey: goalie77x
next_token = parser.advance()
csrf_token()
{% csrf_token %}
tokenizer: cl100k_base
token_count: 128000
max_tokens: 8192
model: claude-3-5-sonnet-20241022
model: gpt-4o-mini-2024-07-18
model: text-embedding-3-large
model: meta-llama/Llama-3.3-70B-Instruct-Turbo
BAAI/bge-reranker-v2-m3
version: 1.2.3-beta.4+build.567
"typescript": "^5.4.5",
"next": "15.0.0-canary.178",
django==4.2.16
k8s.io/api v0.29.3
golang.org/x/crypto v0.0.0-20240513173827-2c1f1b1b5b1f
com.fasterxml.jackson.core:jackson-databind:2.17.1
org.springframework.boot:spring-boot-starter-data-jpa
ghcr.io/acme/shop:2024.11.05-1f2e3d4
public.ecr.aws/docker/library/postgres:16.3-alpine3.20
arn:aws:iam::123456789012:role/shop-deploy
arn:aws:s3:::shop-assets-eu-west-1
projects/shop-prod/locations/europe-west1/keyRings/main
s3://shop-backups-eu-central-1/2024/11/05/
us-east-1 eu-west-3 ap-southeast-2
2024-11-05T12:34:56.789Z
2024-11-05 12:34:56,789 INFO start
0x400c96c96acbC6E7B3B43B1dc1BB446540a88A01
adservice-76bdd69666-ckc5j   1/1   Running
rds-csi-controller-7d8b9f5c6d-xk2mn
ip-10-0-12-34.eu-west-1.compute.internal
TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
ECDHE-RSA-AES128-GCM-SHA256
HMAC-SHA256 and RS256 signatures
aes256-cts-hmac-sha1-96
SHA256withRSA PBKDF2WithHmacSHA512
getServerSideProps useLayoutEffect IntersectionObserverEntry
AbstractAuthenticationProcessingFilter
NSUserDefaults.standardUserDefaults
__webpack_require__ __NEXT_DATA__
src/components/dashboard/RevenueChart.test.tsx
apps/web/app/api/webhooks/stripe/route.ts
packages/database/prisma/migrations/20240115103000_init/migration.sql
node_modules/@babel/helper-plugin-utils/lib/index.js
assets/index-BqX3f9kL.js
static/media/logo.6ce24c58023cc2f8fd88fe9d219db6c6.svg
/usr/local/lib/python3.12/site-packages/django/core/handlers/wsgi.py
charset=utf-8; boundary=----WebKitFormBoundary
grant_type=client_credentials&scope=read%20write
redirect_uri=https%3A%2F%2Fapp.acme.io%2Fcallback
Content-Security-Policy: default-src 'self'; script-src 'nonce-{nonce}'
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
`-----BEGIN PRIVATE KEY-----...`
PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----"
[REDACTED:vendor-token] stays as it is
token [REDACTED:assigned-value] and [REDACTED:url-password]
| Name | Value |
| `API_KEY` | Required. Your API key |
| `DB_PASSWORD` | Database password | - |
| `JWT_SECRET` | HMAC-SHA256 | 32 bytes |
| password | string? | optional |
| `password` | `@IsString()`, `@IsNotEmpty()` | required |
- All tests pass: `_ensure_columns()` is idempotent
- 14/14 tests pass (2.31s)
Compass: north. Bypass: none. Surpass: 3x
Ask ops for the password; it is in the vault.
The token is refreshed by `refreshToken()` every hour.
the secret is stored in AWS Secrets Manager
The API key is read from the environment.
a key is derived with HKDF-SHA256
passwords are never logged
pass: false
pass: 12
pass the token to the client
Bearer token authentication
basic authentication over TLS
GitHub Actions: `secrets.NPM_TOKEN`, `secrets.GITHUB_TOKEN`
if-env = DB_PASSWORD
<password>${env.DB_PASSWORD}</password>
<add key="ApiKey" value="" />
<add key="ApiKey" value="#{ApiKey}#" />
Server=localhost;Database=app;User Id=sa;Password=${SA_PASSWORD};
Server=db;Database=app;Trusted_Connection=True;
DefaultEndpointsProtocol=https;AccountName=<name>;AccountKey=<key>;
user:password@host
admin:admin
machine api.acme.io login <user> password <password>
--password "$DB_PASSWORD" --user app
mysql -u root -p
docker login -u $USER --password-stdin
vault kv get -field=password secret/db
op://vault/item/password
ENV DB_PASSWORD_FILE /run/secrets/db
{"name":"DB_PASSWORD","valueFrom":"arn:aws:ssm:eu-west-1:123456789012:parameter/db"}
{"name":"DB_PASSWORD","value":"${DB_PASSWORD}"}
**Password:** see the vault
**Token:** expires after 24h
const password = isProd ? env.PROD_PASSWORD : env.TEST_PASSWORD
ENV.fetch('DB_PASSWORD') { 'password' }
jdbc:postgresql://db/shop?user=app&password=password&ssl=true
host=db user=app password=$PW sslmode=require
密码：必填
Passwort: mindestens 12 Zeichen
mot de passe : 12 caractères
mysql -h db -u root -ppassword shop
docker run -p 8080:80 nginx
docker login -u $USER -p $TOKEN registry.acme.io
ssh -p 2222 deploy@10.0.0.4
curl -u user:password https://api.acme.io/v1
user.login('ops@acme.io', password)
await page.login(user, process.env.E2E_PASSWORD)
getConnection(url, user, password)
secret: shop-tls
pass 'through'
GHSA-p2fr-6hmx-4528 is mended
"id": "01jm8ec74wxsdatyn5pq1fp0s5"
ami_id = "ami-0ff61e0bcfc81dc94"
[notes](https://docs.google.com/document/d/1odUWlmmgVXlb5PlveA7j_jAbwlgsCb8zyKEIP472XvI/edit)
https://www.youtube.com/playlist?list=PL3MmuxUbc_hIUISrluw_A7wDSmfOhErJK
https://gist.github.com/acme/6e56d48dc2599bffba963cef0db27b6d
/nix/store/0558zzzqynzw7rx9dp2i7jymvznd1cqx-kubectl-1.30.1/bin/kubectl
OPENAI_API_KEY: hf_***
| Client Secret | OAuth2 application secret |
secret_key { "sk_dummy_#{SecureRandom.hex(24)}" }
"PW": "ปาเลา",
if(e.ctrlKey||e.metaKey||(a.preventDefault?a.preventDefault():a.returnValue=!1)){}
EMAIL_SECRET='" + require('crypto').randomBytes(256) + "'
keyPassword System.getenv("KEY_PASSWORD")
IDENTIFIED BY PASSWORD '<hash>'
PASSWORD '***'
secret://shop/db/password
aws secretsmanager get-secret-value --secret-id prod/shop
Lorem ipsum dolor sit amet, consectetur adipiscing elit
"""

CLEAN: tuple[str, ...] = (*_FIXED.splitlines(), *_digests(), *_identifiers())
