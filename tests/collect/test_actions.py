"""Which actions of a Rails controller a check protects, and by which routes the actions are reached."""

from __future__ import annotations

import pytest

from llm_audit.collect import collectors
from llm_audit.collect.actions import controller
from llm_audit.model import Fact, Kind, SourceFile

_HOOKS = """class HooksController < ApplicationController
  skip_before_action :verify_authenticity_token
  before_action :check_hook_secret, only: [:invoices, :payouts]
  before_action :verify_print_signature, except: %i[
    invoices payouts bank bank_again health
  ]
  skip_before_action :verify_print_signature, only: :open

  def invoices
    head :ok
  end

  def payouts = head(:ok)

  def prints
    head :ok
  end

  def open
    head :ok
  end

  def bank
    registry.for(:bank).validate_webhook!(request.headers["Bank-Verification"], body)
    head :ok
  end

  def bank_again
    guarded { head :ok }
  end

  def health
    signature = params[:signature]
    webhook_url = hook_url
    head :ok
  end

  private

  def guarded
    return head(:forbidden) unless Rack::Utils.secure_compare(token, request.headers["X-Bank-Signature"])
    yield
  end

  def verify_print_signature
    head :forbidden unless printer.genuine?(request)
  end
end
"""


def checks(path: str, text: str) -> set[tuple[str, str]]:
    """The checks in a file, and the actions that run them."""
    file = SourceFile(path, text)
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    return {(one.name, one.detail("actions")) for one in found if isinstance(one, Fact) and one.kind is Kind.VERIFY}


def handlers(text: str) -> dict[str, str]:
    """The handler of each route that another system may call."""
    file = SourceFile("config/routes.rb", f"Rails.application.routes.draw do\n{text}\nend\n")
    found = [item for collector in collectors() if collector.wants(file) for item in collector.collect(file)]
    return {one.name: one.detail("handler") for one in found if isinstance(one, Fact) and one.kind is Kind.ROUTE}


def test_each_check_is_told_with_the_actions_that_run_it() -> None:
    assert checks("app/controllers/hooks_controller.rb", _HOOKS) == {
        ("check_hook_secret", "invoices,payouts"),
        ("verify_print_signature", "prints"),
        ("validate_webhook", "bank"),
        ("secure_compare", "bank_again"),
    }


def test_outside_of_controllers_a_telling_name_alone_is_no_check_and_has_no_actions() -> None:
    assert checks("app/models/hooks.rb", _HOOKS) == {("validate_webhook", ""), ("secure_compare", "")}


def test_a_controller_that_only_keeps_webhooks_checks_nobody() -> None:
    text = (
        "class HooksController < ApplicationController\n  before_action :authenticate_user!\n"
        "  before_action :require_webhook_owner, only: :update\n  before_action :check_hooks_limit\n\n"
        "  def update\n    render json: { webhook_valid: true }\n  end\nend\n"
    )
    assert checks("app/controllers/hooks_controller.rb", text) == set()


def test_code_that_no_action_runs_is_of_no_action() -> None:
    held = controller(SourceFile("app/controllers/hooks_controller.rb", _HOOKS))
    assert held is not None
    assert held.actions_at(_HOOKS.index("class ")) == frozenset()
    assert controller(SourceFile("app/models/hooks_controller.rb", _HOOKS)) is None


@pytest.mark.parametrize(
    ("routes", "handler"),
    [
        ('namespace :webhooks do\n  post "bank"\nend', {"/webhooks/bank": "webhooks#bank"}),
        ("namespace :webhooks do\n  post :bank_us\nend", {"/webhooks/bank_us": "webhooks#bank_us"}),
        ('namespace :webhooks do\n  post "bank", to: "bank#receive"\nend', {"/webhooks/bank": "webhooks/bank#receive"}),
        ('scope "webhooks", controller: "hooks" do\n  post "bank-us"\nend', {"/webhooks/bank-us": "hooks#bank_us"}),
        ('scope "webhooks", module: "incoming" do\n  post "bank" => "banks#call"\nend', {"/webhooks/bank": "incoming/banks#call"}),
        ('controller :hooks do\n  post "webhooks/bank", action: :bank\nend', {"/webhooks/bank": "hooks#bank"}),
        ('resources :webhooks, only: [] do\n  post :bank, on: :collection\nend', {"/webhooks/:webhook_id/bank": "webhooks#bank"}),
        ('namespace :api do\n  resource :webhook, only: :create\nend', {"/api/webhook": "api/webhooks#create"}),
        ('post "webhooks/bank"', {"/webhooks/bank": "webhooks#bank"}),
        ('post "webhooks/bank", to: BankHook', {"/webhooks/bank": "BankHook"}),
        # nothing says who answers
        ('post "webhooks/:bank"', {"/webhooks/:bank": ""}),
        ('scope "webhooks" do\n  post "bank"\nend', {"/webhooks/bank": ""}),
    ],
)  # fmt: skip
def test_handlers_of_rails_routes(routes: str, handler: dict[str, str]) -> None:
    assert handlers(routes) == handler
