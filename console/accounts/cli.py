"""`gongga user`: accounts from the machine itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from console.accounts.use_cases import Grants

app = typer.Typer(help="Accounts: add, list, reset, grant.", no_args_is_help=True, add_completion=False)

Data = Annotated[Path, typer.Option("--data", help="The installation's data folder.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="A role; may be repeated.")]
Counties = Annotated[list[str] | None, typer.Option("--county", help="A county's code; none is the whole prefecture.")]
Units = Annotated[list[str] | None, typer.Option("--unit", help="A unit's id.")]


@app.command()
def add(
    login: str,
    name: Annotated[str, typer.Option(help="The person's name; the login when left out.")] = "",
    role: Roles = None,
    county: Counties = None,
    unit: Units = None,
    data: Data = Path("var"),
) -> None:
    """Make an account and print its one-time password."""
    from console.accounts.use_cases import AT_THE_MACHINE, AccountError, create_account
    from console.bootstrap import now

    try:
        password = create_account(_open(data), login, name or login, _grants(role, county, unit), now(), AT_THE_MACHINE)
    except AccountError as error:
        _refuse(error)
    typer.echo(password)
    typer.echo(f"{login} logs in once with this password and then chooses another.", err=True)


@app.command(name="list")
def list_accounts(data: Data = Path("var")) -> None:
    """List the accounts: login, roles, scope, state."""
    from console.accounts.queries import all_accounts

    with _open(data).connect() as connection:
        lines = all_accounts(connection)
    for line in lines:
        scope = " ".join((*line.counties, *line.units)) or "-"
        state = "closed" if not line.active else "must change" if line.must_change else "active"
        typer.echo(f"{line.login}\t{','.join(line.roles)}\t{scope}\t{state}\t{line.name}")
    if not lines:
        typer.echo("No accounts yet; make one with: gongga user add LOGIN --role lead", err=True)
        raise typer.Exit(1)


@app.command()
def reset(login: str, data: Data = Path("var")) -> None:
    """Give an account a one-time password; its sessions and its second factor end."""
    from console.accounts.use_cases import AT_THE_MACHINE, AccountError, reset_password
    from console.bootstrap import now

    try:
        password = reset_password(_open(data), login, now(), AT_THE_MACHINE)
    except AccountError as error:
        _refuse(error)
    typer.echo(password)


@app.command()
def grant(
    login: str,
    role: Roles = None,
    county: Counties = None,
    unit: Units = None,
    data: Data = Path("var"),
) -> None:
    """Replace the roles and the scope of an account."""
    from console.accounts.use_cases import AT_THE_MACHINE, AccountError, set_grants
    from console.bootstrap import now

    try:
        set_grants(_open(data), login, _grants(role, county, unit), now(), AT_THE_MACHINE)
    except AccountError as error:
        _refuse(error)
    typer.echo(f"{login}: {', '.join(sorted(role or ()))}", err=True)


def _grants(role: list[str] | None, county: list[str] | None, unit: list[str] | None) -> Grants:
    from console.accounts.permissions import ROLES
    from console.accounts.use_cases import Grants

    unknown = sorted(set(role or ()) - ROLES.keys())
    if unknown or not role:
        what = f"unknown role {unknown[0]!r}" if unknown else "no --role given"
        typer.echo(f"{what}; the roles are {', '.join(ROLES)}", err=True)
        raise typer.Exit(2)
    return Grants(frozenset(role), frozenset(county or ()), frozenset(unit or ()))


def _open(data: Path) -> Engine:
    from analytics.data_folder import DataFolder
    from console.bootstrap import prepare

    return prepare(DataFolder(data))


def _refuse(error: Exception) -> NoReturn:
    from console.web.i18n import translator

    typer.echo(f"{translator('en')(str(error))}.", err=True)
    raise typer.Exit(2)
