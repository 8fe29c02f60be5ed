"""The commands that deploy to a platform or publish to a registry, as expressions by platform and registry id.

Expressions hold no groups that capture; each begins with one of `PROGRAMS`.
"""

from __future__ import annotations

DEPLOY = {
    "vercel": r"vercel\s+(?:deploy|promote|--prod|alias|--token|pull)\b|vercel\s+--\w",
    "fly": r"fly(?:ctl)?\s+deploy\b",
    "cloud-run": r"gcloud\s+(?:beta\s+|alpha\s+)?run\s+(?:deploy|services\s+(?:update|replace)"
    r"|jobs\s+(?:deploy|update))\b",
    "app-engine": r"gcloud\s+(?:beta\s+)?app\s+deploy\b",
    "google-cloud-functions": r"gcloud\s+(?:beta\s+)?functions\s+deploy\b",
    "google-kubernetes-engine": r"gcloud\s+container\s+clusters\s+get-credentials\b",
    "aws-s3": r"aws\s+s3\s+(?:sync|cp)\b(?=[^\n]{1,300}\s[\"']?s3://)(?!\s+[\"']?s3://)"
    r"|s3cmd\s+(?:sync|put)\b|s5cmd\s+(?:sync|cp)\b",
    "aws-cloudfront": r"aws\s+cloudfront\s+create-invalidation\b",
    "aws-ecs": r"aws\s+ecs\s+(?:update-service|deploy|register-task-definition)\b"
    r"|copilot\s+deploy\b|ecs-cli\s+compose\b",
    "aws-eks": r"aws\s+eks\s+update-kubeconfig\b",
    "aws-lambda": r"aws\s+lambda\s+update-function-code\b"
    r"|sam\s+deploy\b|chalice\s+deploy\b|zappa\s+(?:deploy|update)\b",
    "aws-cloudformation": r"aws\s+cloudformation\s+(?:deploy|create-stack|update-stack)\b",
    "aws-cdk": r"cdk\s+deploy\b",
    "elastic-beanstalk": r"eb\s+deploy\b|aws\s+elasticbeanstalk\s+(?:update-environment|create-application-version)\b",
    "amplify": r"amplify\s+(?:push|publish)\b|ampx\s+pipeline-deploy\b",
    "kubernetes": r"kubectl\s+(?:-\S+\s+\S+\s+){0,3}(?:apply|set\s+image|rollout|create|replace)\b",
    "helm": r"helm\s+(?:upgrade|install)\b|helmfile\s+(?:apply|sync)\b",
    "argocd": r"argocd\s+app\s+(?:sync|create|set)\b",
    "expo-eas": r"eas(?:-cli)?\s+(?:build|submit|update|deploy)\b",
    "cloudflare-pages": r"wrangler\s+pages\s+(?:deploy|publish)\b",
    "cloudflare-workers": r"wrangler\s+(?:deploy|publish|versions\s+upload)\b",
    "netlify": r"(?:netlify|ntl)(?:-cli)?\s+deploy\b",
    "firebase": r"firebase(?:-tools)?\s+(?:deploy|hosting:[\w:]{1,40})",
    "railway": r"railway\s+(?:up|deploy|redeploy)\b",
    "render": r"render\s+deploys?\b|curl\b[^\n]{0,200}api\.render\.com/deploy",
    "heroku": r"git\s+push\s+(?:-\S+\s+){0,2}heroku\b|heroku\s+(?:container:(?:push|release)|deploy|builds:create)",
    "dokku": r"git\s+push\s+(?:-\S+\s+){0,2}dokku\b",
    "ansible": r"ansible-playbook\b",
    "terraform": r"(?:terraform|tofu|terragrunt)\s+(?:-\S+\s+){0,3}(?:run-all\s+)?apply\b",
    "pulumi": r"pulumi\s+up\b",
    "serverless": r"(?:serverless|sls)\s+deploy\b",
    "sst": r"sst\s+deploy\b",
    "supabase": r"supabase\s+(?:db\s+push|functions\s+deploy|link)\b",
    "kamal": r"kamal\s+(?:deploy|redeploy|setup)\b",
    "azure-app-service": r"az\s+webapp\s+(?:deploy|up|config)\b",
    "azure-functions": r"func\s+azure\s+functionapp\s+publish\b|az\s+functionapp\s+deploy",
    "azure-container-apps": r"az\s+containerapp\s+(?:up|update|create)\b",
    "azure-kubernetes-service": r"az\s+aks\s+get-credentials\b",
    "azure-developer-cli": r"azd\s+(?:up|deploy|provision)\b",
    "azure-resource-manager": r"az\s+deployment\s+\w{1,12}\s+create\b",
    "digitalocean-app-platform": r"doctl\s+apps?\s+(?:create|update)",
    "docker-swarm": r"docker\s+stack\s+deploy\b",
    "nomad": r"nomad\s+(?:job\s+)?run\b",
    "capistrano": r"cap\s+\w{1,30}\s+deploy\b",
    "laravel-vapor": r"vapor\s+deploy\b",
    "convex": r"convex\s+deploy\b",
    "deno-deploy": r"deployctl\s+deploy\b|deno\s+deploy\b",
    "modal": r"modal\s+deploy\b",
    "trigger-dev": r"trigger(?:\.dev|-dev)?(?:@\S{1,20})?\s+deploy\b",
    "surge": r"surge\s+(?:--project\b|\./)",
    "github-pages": r"gh-pages\s+-(?:d|-dist)\b|mkdocs\s+gh-deploy\b|mike\s+deploy\b|ghp-import\b",
    "lets-encrypt": r"certbot(?:-auto|/[\w\-]{1,40}(?::\S{1,60})?)?\s+(?:-\S+\s+){0,4}(?:certonly|renew|run|--nginx|--apache|--standalone)\b"
    r"(?![^\n]{0,300}\s--server[\s=](?!\S{0,100}letsencrypt))",
    "ssh": r"(?:rsync|scp|ssh)\s(?=[^\n]{0,300}[\w${}.\-]@(?!github\.com|gitlab\.com)[\w${}])",
}
PUBLISH = {
    "pypi": r"twine\s+upload\b|(?:uv|poetry|flit|hatch|pdm)\s+publish\b|maturin\s+(?:publish|upload)\b",
    "npm": r"(?:npm|pnpm|bun|yarn(?:\s+npm)?|lerna|changeset)\s+(?:-r\s+|--\S+\s+){0,3}publish\b|np\s+--no-(?!publish)[\w\-]+",
    "jsr": r"(?:jsr|deno)\s+publish\b",
    "crates-io": r"cargo\s+(?:\+\S+\s+)?(?:publish|release|workspaces\s+publish)\b|release-plz\s+release\b",
    "rubygems": r"gem\s+push\b|rake\s+release\b",
    "maven-central": r"mvnw?\b[^\n#|]{0,200}\sdeploy\b"
    r"|gradlew?\b[^\n#|]{0,200}\s:?(?:[\w\-]{1,40}:)?publish(?:\w{0,60})\b"
    r"|jreleaser\s+(?:full-release|deploy)\b|sbt\b[^\n#|]{0,100}(?:ci-release|publishSigned)\b",
    "nuget": r"(?:dotnet\s+)?nuget\s+push\b",
    "hex": r"mix\s+hex\.publish\b",
    "pub-dev": r"(?:dart|flutter)\s+pub\s+publish\b",
    "packagist": r"curl\b[^\n]{0,200}packagist\.org/api/update-package",
    "homebrew": r"brew\s+bump-formula-pr\b",
    "vscode-marketplace": r"vsce\s+publish\b",
    "open-vsx": r"ovsx\s+publish\b",
    "chrome-web-store": r"chrome-webstore-upload(?:-cli)?\b",
    "snapcraft": r"snapcraft\s+(?:upload|push)\b",
    "conda": r"anaconda\s+(?:-\S+\s+\S+\s+){0,2}upload\b",
    "cocoapods": r"pod\s+trunk\s+push\b",
    "app-store": r"upload_to_(?:testflight|app_store)\b|xcrun\s+altool\b|fastlane\s+(?:deliver|pilot)\b",
    "google-play": r"upload_to_play_store\b|fastlane\s+supply\b",
    "github-releases": r"gh\s+release\s+(?:create|upload)\b|goreleaser\s+release\b(?![^\n]{0,200}--snapshot)"
    r"|semantic-release\b|release-it\b",
    "helm-repository": r"helm\s+push\b|cr\s+upload\b",
}
PROGRAMS = (
    *("vercel", "flyctl", "fly", "gcloud", "aws", "s3cmd", "s5cmd", "copilot", "ecs-cli", "sam", "chalice", "zappa"),
    *("cdk", "eb", "amplify", "ampx", "kubectl", "helmfile", "helm", "argocd", "eas-cli", "eas", "wrangler", "netlify"),
    *("ntl", "firebase", "railway", "render", "curl", "git", "heroku", "ansible-playbook", "terraform", "tofu"),
    *("terragrunt", "pulumi", "serverless", "sls", "sst", "supabase", "kamal", "func", "azd", "az", "doctl", "docker"),
    *("nomad", "cap", "vapor", "convex", "deployctl", "deno", "modal", "trigger", "surge", "gh-pages", "mkdocs"),
    *("mike", "ghp-import", "rsync", "scp", "ssh", "twine", "uv", "poetry", "flit", "hatch", "pdm", "maturin", "npm"),
    *("pnpm", "bun", "yarn", "lerna", "changeset", "np", "jsr", "cargo", "release-plz", "gem", "rake", "mvnw", "mvn"),
    *("gradlew", "gradle", "jreleaser", "sbt", "dotnet", "nuget", "mix", "dart", "flutter", "brew", "vsce", "ovsx"),
    *("chrome-webstore-upload", "snapcraft", "anaconda", "pod", "upload_to_", "xcrun", "fastlane", "gh", "goreleaser"),
    *("semantic-release", "release-it", "cr", "podman", "buildah", "nerdctl", "certbot"),
    *("DOCKER", "CONTAINER", "PODMAN"),
)
