"""`gongga province`: keys, packages carried by hand, and the pretend province."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from console.province.party import Party

app = typer.Typer(
    help="The link with the province: keys, packages, the pretend province.", no_args_is_help=True, add_completion=False
)

Data = Annotated[Path, typer.Option("--data", help="The installation's data folder.")]


@app.command()
def keys(data: Data = Path("var")) -> None:
    """Print our public key, made when there is none, and which keys of the peer are pinned."""
    from console.province.keys import public_pem
    from console.province.signing import KeyProblem

    try:
        side = _side(data)
    except (KeyProblem, ValueError) as error:
        _refuse(str(error))
    typer.echo(public_pem(side.key.public), nl=False)
    typer.echo(f"{side.us}: {side.key.alg} {side.key.kid}; give this to {side.peer}", err=True)
    for one in side.keys:
        until = one.not_after.isoformat() if one.not_after else "no end"
        typer.echo(f"{side.peer}: {one.alg} {one.kid}, {until}", err=True)
    if not side.keys:
        typer.echo(f"no key of {side.peer} is pinned; pin one with: gongga province trust FILE", err=True)


@app.command()
def trust(
    file: Annotated[Path, typer.Argument(help="The peer's public key, PEM.")],
    data: Data = Path("var"),
    add: Annotated[bool, typer.Option("--add", help="Keep the keys pinned so far: a rotation.")] = False,
) -> None:
    """Pin the peer's public key."""
    from console.audit.chain import record
    from console.bootstrap import now
    from console.office.settings import load_office
    from console.province.keys import peer_file, pinned
    from console.province.signing import KeyProblem

    try:
        found = pinned(file)
        if not found:
            _refuse(f"{file} is not there")
        target = peer_file(data.resolve(), load_office(data).province.peer_key)
    except (KeyProblem, ValueError) as error:
        _refuse(str(error))
    before = target.read_text("utf-8") if add and target.exists() else ""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(before + file.read_text("utf-8"), "utf-8")
    with _engine(data).begin() as connection:
        names = [one.kid for one in pinned(target)]
        record(connection, at=now(), actor="cli", action="province.key", object="link", detail={"keys": names})
    for one in found:
        typer.echo(f"pinned {one.alg} {one.kid}")


@app.command()
def pack(data: Data = Path("var")) -> None:
    """Write what waits into a package now, and print where it lies."""
    import random

    from console.bootstrap import now
    from console.province.package import out_folder
    from console.province.sending import Sender, drain
    from console.province.transports import Package

    side = _side(data)
    if side.settings.transport != "package":
        _refuse("the link goes over a line; set province.transport to package in office.toml to carry files")
    before = set(out_folder(side.root).glob("*.zip"))
    drain(_engine(data), side, Package(side), Sender("cli", now, random.random), most=100_000)
    made = sorted(set(out_folder(side.root).glob("*.zip")) - before)
    for path in made:
        typer.echo(path)
    if not made:
        typer.echo("nothing waits", err=True)


@app.command()
def unpack(
    file: Annotated[Path, typer.Argument(help="The package.", exists=True, dir_okay=False)], data: Data = Path("var")
) -> None:
    """Take a package that was carried here; prints what it brought, as JSON."""
    from console.bootstrap import now
    from console.province.carrying import counted, take_package
    from console.province.refusal import Refusal

    side = _side(data)
    try:
        typer.echo(counted(take_package(_engine(data), side, file.read_bytes(), "cli", now())))
    except Refusal as refused:
        _refuse(refused.sentence)


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="Port on loopback.")] = 8651,
    data: Annotated[Path, typer.Option("--data", help="Folder of the pretend province.")] = Path("var-province"),
    desk: Annotated[str, typer.Option(help="Address of the desk.")] = "http://127.0.0.1:8600",
    desk_data: Annotated[
        Path | None, typer.Option(help="Data folder of a desk on this machine: both keys are pinned.")
    ] = None,
    us: Annotated[str, typer.Option(help="Its name on the link.")] = "sc-510000",
    peer: Annotated[str, typer.Option(help="The desk's name on the link.")] = "gz-513300",
    signature: Annotated[str, typer.Option(help="How it signs: Ed25519 or SM2.")] = "Ed25519",
    real: Annotated[bool, typer.Option("--real", help="Stand for the real province, not for an exercise.")] = False,
    fault: Annotated[list[str] | None, typer.Option(help="A fault, such as drop=3; may be repeated.")] = None,
) -> None:
    """Be the province until stopped: store, give receipts, send instructions and intelligence on demand."""
    import random

    import uvicorn

    from console.bootstrap import now
    from console.office.settings import ProvinceLink
    from console.province.signing import KeyProblem
    from console.province.simulator.app import create_province
    from console.province.simulator.faults import parsed
    from console.province.simulator.province import Province

    settings = ProvinceLink(
        us=us, peer=peer, transport="https", url=desk, signature=signature, is_exercise=not real, marking="重要"
    )
    province = Province(data.resolve(), settings, now, random.random)
    try:
        province.faults.set(parsed(fault or []))
        side = province.party
        if desk_data is not None:
            _pin_both(side, desk_data.resolve())
    except (KeyProblem, ValueError) as error:
        _refuse(str(error))
    typer.echo(f"{us} listens at http://127.0.0.1:{port}, key {side.key.kid}; its state: /control/state", err=True)
    province.begin()
    try:
        uvicorn.run(create_province(province), host="127.0.0.1", port=port, access_log=False, log_level="warning")
    finally:
        province.end()


def _pin_both(side: Party, desk: Path) -> None:
    """Let a desk on this machine and the pretend province trust each other."""
    from console.office.settings import load_office
    from console.province.keys import PEER_FILE, our_key, peer_file, public_pem

    link = load_office(desk).province
    ours = our_key(desk / "keys", link.signature)
    (side.root / "keys" / PEER_FILE).write_text(public_pem(ours.public), "ascii")
    peer_file(desk, link.peer_key).write_text(public_pem(side.key.public), "ascii")


def _side(data: Path) -> Party:
    from console.office.settings import load_office
    from console.province.party import party

    root = data.resolve()
    if not root.is_dir():
        _refuse(f"{data}: no installation there; make one with: gongga up --data {data}")
    return party(root, load_office(root).province)


def _engine(data: Path):  # type: ignore[no-untyped-def]
    from analytics.data_folder import DataFolder
    from console.bootstrap import prepare

    return prepare(DataFolder(data.resolve()))


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
