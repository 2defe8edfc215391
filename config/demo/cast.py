"""Who and what the demo studio consists of: people, clients, catalog. Plain data."""

from __future__ import annotations

from typing import NamedTuple

PASSWORD = "Studio-Demo-2026!"  # noqa: S105  (printed at the start of every demo)
DOMAIN = "studio.example"


class Person(NamedTuple):
    """Someone who works in the demo studio."""

    name: str
    mailbox: str
    roles: tuple[str, ...]
    phone: str

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.mailbox}@{DOMAIN}"


PEOPLE = (
    Person("Lucía Morales", "admin", ("admin",), "5510-1001"),
    Person("Mariana Castillo", "coordinator", ("coordinator",), "5510-1002"),
    Person("Andrés Barrios", "coordinator2", ("coordinator", "photographer"), "5510-1003"),
    Person("Diego Xicará", "photographer", ("photographer",), "5510-1004"),
    Person("Sofía Ajú", "photographer2", ("photographer",), "5510-1005"),
    Person("Rodrigo Pineda", "photographer3", ("photographer",), "5510-1006"),
    Person("Valeria Cojulún", "editor", ("editor",), "5510-1007"),
    Person("Emilio Tzoc", "editor2", ("editor",), "5510-1008"),
    Person("Camila Reyes", "editor3", ("editor",), "5510-1009"),
)

FIRST_NAMES = (
    "Ana Lucía", "María José", "Gabriela", "Fernanda", "Ixchel", "Paola", "Daniela", "Claudia",
    "Andrea", "Karla", "Silvia", "Jimena", "Rosario", "Beatriz", "Ximena", "Alejandra",
    "José Manuel", "Luis Fernando", "Carlos", "Juan Pablo", "Estuardo", "Byron", "Edgar", "Mynor",
    "Sergio", "Óscar", "Javier", "Álvaro", "Marvin", "Rubén", "Esteban", "Julio César",
)  # fmt: skip

SURNAMES = (
    "García", "López", "Hernández", "Ajanel", "Chávez", "Morales", "Ixcot", "Ramírez", "Velásquez",
    "Cojtí", "Méndez", "Estrada", "Tzul", "Aguilar", "Quiñónez", "Sandoval", "Pérez", "Coyoy",
    "Barrientos", "Lemus", "Orellana", "Batz", "Paz", "Cifuentes", "Monzón", "Yax", "Figueroa",
)  # fmt: skip

INSTITUTIONS = (
    ("Colegio San Ignacio", "secretaria@sanignacio.example"),
    ("Café Volcán de Agua, S.A.", "mercadeo@volcandeagua.example"),
    ("Hotel Posada del Arco", "eventos@posadadelarco.example"),
    ("Cooperativa El Quetzal, R.L.", "comunicacion@elquetzal.example"),
    ("Universidad del Altiplano", "rrpp@altiplano.example"),
    ("Constructora Los Encuentros", "gerencia@losencuentros.example"),
    ("Clínica Dental Sonríe", "citas@sonrie.example"),
    ("Fundación Manos Mayas", "prensa@manosmayas.example"),
    ("Ferretería La Reforma", "ventas@lareforma.example"),
)

INDIVIDUALS = 51

UNRELIABLE = "Álvaro Monzón Figueroa"
"""An individual who lets most of his sessions go."""

ZONES = (
    "Zona 10, Ciudad de Guatemala", "Zona 14, Ciudad de Guatemala", "Zona 1, Quetzaltenango",
    "Carretera a El Salvador km 14.5", "San Lucas Sacatepéquez", "Mixco, Zona 4",
)  # fmt: skip


class Thing(NamedTuple):
    """An item the studio sells."""

    code: str
    name: str
    kind: str
    price: str
    measure: str


ITEMS = (
    Thing("FOTO-DIG", "Fotografía digital retocada", "Digital Photo", "45.00", "foto"),
    Thing("FOTO-DIG-10", "Paquete de 10 fotografías digitales", "Digital Photo", "380.00", "juego"),
    Thing("FOTO-DIG-30", "Paquete de 30 fotografías digitales", "Digital Photo", "950.00", "juego"),
    Thing("FOTO-BN", "Fotografía en blanco y negro", "Digital Photo", "60.00", "foto"),
    Thing("GAL-WEB", "Galería en línea por un año", "Digital Photo", "250.00", "galería"),
    Thing("IMP-4X6", "Impresión 4×6", "Printed Photo", "8.00", "copia"),
    Thing("IMP-5X7", "Impresión 5×7", "Printed Photo", "18.00", "copia"),
    Thing("IMP-8X10", "Impresión 8×10", "Printed Photo", "45.00", "copia"),
    Thing("IMP-11X14", "Impresión 11×14", "Printed Photo", "110.00", "copia"),
    Thing("IMP-16X20", "Impresión 16×20", "Printed Photo", "225.00", "copia"),
    Thing("LIENZO-60", "Lienzo 60×40 cm", "Printed Photo", "485.00", "lienzo"),
    Thing("LIENZO-90", "Lienzo 90×60 cm", "Printed Photo", "790.00", "lienzo"),
    Thing("MARCO-8X10", "Marco de madera 8×10", "Other", "165.00", "marco"),
    Thing("ALB-20", "Álbum de 20 páginas", "Album", "875.00", "álbum"),
    Thing("ALB-40", "Álbum de 40 páginas, pasta de lino", "Album", "1650.00", "álbum"),
    Thing("ALB-PADRES", "Álbum pequeño para padres", "Album", "525.00", "álbum"),
    Thing("VID-RES", "Video resumen de 3 minutos", "Video", "1200.00", "video"),
    Thing("VID-COMP", "Video completo del evento", "Video", "2800.00", "video"),
    Thing("VID-REEL", "Reel vertical de 60 segundos", "Video", "450.00", "video"),
    Thing("DRON", "Tomas aéreas con dron", "Video", "900.00", "hora"),
    Thing("HORA-EXTRA", "Hora adicional de cobertura", "Other", "350.00", "hora"),
    Thing("MAQ", "Maquillaje y peinado", "Other", "400.00", "persona"),
    Thing("VEST", "Alquiler de vestuario", "Other", "275.00", "traje"),
    Thing("USB", "Memoria USB en caja de madera", "Other", "180.00", "pieza"),
    Thing("FOTO-CARNE", "Fotografía tamaño carné, 6 copias", "Printed Photo", "60.00", "juego"),
)


class Offer(NamedTuple):
    """A package: its items as (code, quantity)."""

    code: str
    name: str
    session_type: str
    price: str
    editing_days: int
    items: tuple[tuple[str, int], ...]


PACKAGES = (
    Offer(
        "PQ-RETRATO", "Retrato en estudio", "Studio", "950.00", 4,
        (("FOTO-DIG-10", 1), ("IMP-8X10", 2), ("VEST", 1), ("GAL-WEB", 1)),
    ),
    Offer(
        "PQ-FAMILIA", "Sesión familiar", "Both", "1450.00", 5,
        (("FOTO-DIG-30", 1), ("IMP-5X7", 6), ("IMP-11X14", 1), ("GAL-WEB", 1)),
    ),
    Offer(
        "PQ-QUINCE", "Quince años", "Both", "3900.00", 8,
        (("FOTO-DIG-30", 1), ("ALB-20", 1), ("VID-RES", 1), ("MAQ", 1), ("LIENZO-60", 1)),
    ),
    Offer(
        "PQ-BODA", "Boda", "External", "8500.00", 15,
        (("FOTO-DIG-30", 3), ("ALB-40", 1), ("ALB-PADRES", 2), ("VID-COMP", 1), ("DRON", 1)),
    ),
    Offer(
        "PQ-EMPRESA", "Retrato corporativo", "Both", "0.00", 3,
        (("FOTO-DIG", 8), ("FOTO-BN", 2), ("GAL-WEB", 1)),
    ),
    Offer(
        "PQ-EVENTO", "Evento de empresa", "External", "4200.00", 6,
        (("FOTO-DIG-30", 2), ("VID-RES", 1), ("VID-REEL", 2), ("USB", 1)),
    ),
)  # fmt: skip

ROOMS = (
    ("SALA-A", "Sala Atitlán", 12, "150.00"),
    ("SALA-B", "Sala Tikal", 6, "110.00"),
    ("SALA-C", "Sala Petén", 3, "80.00"),
)

PLACES = (
    "Hotel Porta, Antigua Guatemala", "Finca La Azotea, Jocotenango", "Parque Central, Antigua",
    "Casa de Santo Domingo, Antigua Guatemala", "Lago de Atitlán, Panajachel",
    "Club Ejecutivo, Zona 14", "Iglesia de la Merced, Zona 1", "Finca Filadelfia, San Felipe",
    "Salón Real, Zona 9", "Jardines de San Isidro, Zona 16",
)  # fmt: skip

WISHES = (
    "Fondo claro, sin accesorios.", "Traen a dos niños pequeños: empezar puntual.",
    "Prefieren luz natural.", "Fotos de grupo primero, después individuales.",
    "Incluir a los abuelos.", "Estilo documental, pocas poses.", "Traje típico de Cobán.",
    "Necesitan las primeras cinco fotos al día siguiente.", "Logo de la empresa al fondo.", "",
)  # fmt: skip
