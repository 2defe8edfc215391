"""What people in the demo studio say and write: reasons, notes, ways to pay. Plain data."""

from __future__ import annotations

from typing import NamedTuple

Said = tuple[str, str]
"""A category of cancellation, and the reason in words."""


class Way(NamedTuple):
    """A way to pay: with a document number of so many digits, or none; by bank or on the spot."""

    method: str
    prefix: str
    digits: int
    is_by_bank: bool = False


TRANSFER = Way("Transferencia", "", 8, is_by_bank=True)
BANK_SLIP = Way("Depósito bancario", "BI-", 7, is_by_bank=True)
CARD = Way("Tarjeta", "V-", 6)
CHECK = Way("Cheque", "CH-", 5)
CASH = Way("Efectivo", "", 0)
WAYS = (TRANSFER, TRANSFER, BANK_SLIP, CARD, CARD, CASH)

LOST_INTEREST: tuple[Said, ...] = (
    ("changed_mind", "La familia decidió no hacerla."),
    ("no_answer", "No respondió a tres llamadas."),
    ("price", "Encontró un precio menor."),
    ("no_room", "Quería otra hora y ya no había sala."),
    ("other", "Se la encargó a un primo que toma fotos."),
)
CALLED_OFF: tuple[Said, ...] = (
    ("changed_mind", "Llamó para decir que ya no la hará."),
    ("price", "El anticipo le pareció demasiado."),
)
CANCELED_BY_CLIENT: tuple[Said, ...] = (
    ("changed_mind", "Cambiaron la fecha de la fiesta y ya tienen otro fotógrafo."),
    ("changed_mind", "Sale de viaje esa semana."),
    ("other", "Enfermedad en la familia."),
)
CANCELED_BY_STUDIO: Said = ("studio", "Se inundó la sala: no hay otra libre.")
CANCELED_ON_THE_ROAD: Said = ("studio", "El carro del equipo tuvo un accidente.")
NOBODY_FREE: Said = ("no_photographer", "No hay fotógrafo libre a esa hora.")
STORM: Said = ("weather", "Lluvia fuerte y carretera cerrada.")
EXPIRED = "Venció el plazo para pagar el anticipo."

BOUNCED = "Cheque rechazado por falta de fondos."
FALSE_SLIP = "La boleta no aparece en el estado de cuenta."
POSTPONED = "Aviso de tormenta: la familia prefiere esperar."
REASSIGNED = "Gripe con fiebre."
REOPENED = "El cliente pide otra fecha."
GIVEN_BACK = "Tengo tres entregas esta semana; que la tome alguien con espacio."
MATERIAL_BACK = "El cliente pide aclarar cinco fotos y cambiar la portada."
LONGER_NOTE = "Más fotografías de las previstas: tres días más."
MONEY_BACK = "Una copia salió con rayas: se acordó devolver Q 150.00."

DISCOUNT_OVERRIDE = "Convenio anual con la fundación, autorizado por la dirección."
LOW_DEPOSIT_OVERRIDE = "La universidad paga contra factura; anticipo de 30 % acordado."
VOID_OVERRIDE = "El cliente repone el cheque mañana en efectivo; se respeta la fecha."
BALANCE_OVERRIDE = "El saldo es la devolución acordada: se entrega completo."

PLACE_OF_THE_OUTAGE = "Parque Central, Antigua"
ENTERED_AFTERWARDS = "Se trabajó con la agenda de papel durante el corte de luz."
ENTERED_FROM_PAPER = "De la agenda de papel, de antes de tener el sistema."

PHOTOGRAPHERS_OBSERVATIONS = (
    "Llegaron 15 minutos tarde; se alcanzó todo.", "Luz muy dura a partir de las once.",
    "Se usó el fondo gris y dos flashes.", "Faltó la foto con los abuelos: no vinieron.",
)  # fmt: skip
EDITORS_OBSERVATIONS = (
    "Balance de blancos corregido en la segunda tanda.", "Entregué también en blanco y negro.",
    "Tres fotos movidas quedaron fuera.",
)  # fmt: skip
