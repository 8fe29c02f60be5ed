"""Routes of gateways that infrastructure declares for functions, against what only looks like one."""

from __future__ import annotations

import pytest

from llm_audit.collect import collectors
from llm_audit.model import Fact, Kind, SourceFile

SAM = """Globals:
  Function:
    CodeUri: src/
Resources:
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      Handler: hooks.github.handle
      Events:
        Called:
          Type: HttpApi
          Properties:
            Path: /webhooks/github
            Method: post
        Listed: {Type: Api, Properties: {Path: /orders, Method: get}}
        Kept: {Type: S3, Properties: {Path: /webhooks/s3}}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      RouteKey: POST /callbacks/twilio
"""
SERVERLESS = """service: shop
functions:
  stripe:
    handler: src/webhooks/stripe.handler
    events:
      - httpApi: 'POST /webhooks/stripe'
      - http:
          method: post
          path: hooks/paypal
      - sns: webhooks/topic
  orders:
    handler: src/orders.list
    events:
      - http: GET orders
"""
TERRAFORM = """resource "aws_apigatewayv2_route" "hook" {
  route_key = "POST /webhooks/github"
}
resource "aws_api_gateway_resource" "callbacks" {
  parent_id = aws_api_gateway_rest_api.shop.root_resource_id
  path_part = "callbacks"
}
resource "aws_api_gateway_resource" "twilio" {
  parent_id = "${aws_api_gateway_resource.callbacks.id}"
  path_part = "twilio"
}
resource "aws_api_gateway_method" "twilio" {
  resource_id = aws_api_gateway_resource.twilio.id
  http_method = "POST"
}
resource "aws_api_gateway_method" "root" {
  resource_id = aws_api_gateway_rest_api.shop.root_resource_id
  http_method = "POST"
}
"""
CDK = """api.addRoutes({
  path: '/webhooks/shopify',
  methods: [HttpMethod.POST],
  integration: new HttpLambdaIntegration('Shopify', shopify),
})
const hooks = rest.root.addResource('webhook')
const slack: Resource = hooks.addResource('slack')
slack.addMethod('POST', new LambdaIntegration(fn))
rest.root.addResource('ipn').addResource('paypal').addMethod('POST')
rest.root.addResource('orders').addMethod('POST')
"""
SST = """routes: {
  "POST /webhooks/stripe": "packages/functions/src/stripe.handler",
  'POST /webhooks/clerk': { function: { handler: 'src/clerk.handler' } },
  "GET /orders": "src/orders.list",
}
"""


def routes(path: str, text: str) -> list[Fact]:
    file = SourceFile(path, text)
    found = [item for one in collectors() if one.wants(file) for item in one.collect(file)]
    return [item for item in found if isinstance(item, Fact) and item.kind is Kind.ROUTE]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("api/template.yaml", SAM, [("/webhooks/github", 13, "api/src/hooks/github"), ("/callbacks/twilio", 20, "")]),
        ("serverless.yml", SERVERLESS, [("/webhooks/stripe", 6, "src/webhooks/stripe"), ("/hooks/paypal", 9, "src/webhooks/stripe")]),
        ("infra/api.tf", TERRAFORM, [("/webhooks/github", 2, ""), ("/callbacks/twilio", 12, "")]),
        ("lib/stack.ts", CDK, [("/webhooks/shopify", 2, ""), ("/ipn/paypal", 9, ""), ("/webhook/slack", 8, "")]),
        ("stack.py", 'api.add_routes(path="/webhooks/a", methods=[HttpMethod.POST], integration=x)\\n', [("/webhooks/a", 1, "")]),
        ("sst.config.ts", SST, [("/webhooks/stripe", 2, "packages/functions/src/stripe"), ("/webhooks/clerk", 3, "src/clerk")]),
    ],
    ids=["sam", "serverless", "terraform", "cdk", "cdk in python", "sst"],
)  # fmt: skip
def test_routes_that_other_systems_call_are_told_with_who_answers(
    path: str, text: str, expected: list[tuple[str, int, str]]
) -> None:
    found = routes(path, text)
    assert [(one.name, one.line, one.detail("module")) for one in found] == expected
    assert {one.value for one in found} == {"POST"}
    assert all(bool(one.detail("module")) is not bool(one.detail("unlocated")) for one in found)


@pytest.mark.parametrize(
    ("local", "path"),
    [('locals {\n  endpoint = "hooks/github"\n}\n', "/hooks/github"), ("", "/{endpoint}")],
    ids=["of the file", "of another"],
)
def test_a_route_whose_path_a_value_holds_is_told_by_its_resource(local: str, path: str) -> None:
    text = 'resource "aws_apigatewayv2_route" "%s" {\n  route_key = "POST /${local.endpoint}"\n}\n'
    assert [one.name for one in routes("api.tf", local + text % "webhook")] == [path]
    assert routes("api.tf", text % "orders") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("client.ts", "octokit.request('POST /repos/{owner}/{repo}/hooks', { handler })\n"),
        ("client.ts", "paths.addRoutes(routes)\nconst path = '/webhooks/a'\n"),
        ("broken.yaml", "Type: AWS::Serverless::Function\n  Path: [/webhooks\n"),
        ("notes.tf", '# route_key = "POST /webhooks/github"\n'),
        ("menu.ts", "menu.addMethod('POST')\n"),
    ],
    ids=["a client's request", "a path of another statement", "not parsed", "a comment", "no resource"],
)
def test_look_alikes_are_no_routes(path: str, text: str) -> None:
    assert routes(path, text) == []
