"""What is bought, packed and handed out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

GROUPS: tuple[str, ...] = ("fruit", "leaf", "root", "fruit_vegetable", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product; ``portion_g`` is the smallest amount that goes in a basket. Shelf life None: never expires."""

    product_id: str
    name: str
    group: str
    portion_g: int
    crate_g: int
    shelf_life_days: int | None
    needs_cold: bool
    max_portions_per_basket: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketType:
    """A basket type. ``persons_from``/``persons_to`` are None when household size gives no need.

    ``contents`` is not empty for a kit: its fixed recipe as (product_id, portions), sorted.
    """

    basket_id: str
    name: str
    programme: str
    persons_from: int | None
    persons_to: int | None
    target_g: int
    min_g: int
    max_g: int
    min_products: int
    min_fruit_bp: int
    places: int = 1
    contents: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Farm:
    """A farm; loading may start between ``opens_s`` and ``closes_s``. ``delivers``: can bring its goods itself."""

    farm_id: str
    name: str
    commune: str
    lon_microdeg: int
    lat_microdeg: int
    opens_s: int
    closes_s: int
    loading_s: int
    loading_s_per_crate: int = 0
    delivers: bool = False
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One farm's offer of one product.

    ``offer_g`` is what is on offer (only whole crates of it can be taken), ``price_millicents_per_kg`` its
    price (1 EUR = 100,000 millicents), ``last_use_date`` the last day it may be packed (None: never expires).
    """

    lot_id: str
    farm_id: str
    product_id: str
    ready_date: dt.date
    offer_g: int
    price_millicents_per_kg: int
    last_use_date: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A hub. Packing in baskets a day; ``packing_starts_s`` and ``packing_baskets_per_h`` are both set or both None."""

    depot_id: str
    name: str
    lon_microdeg: int
    lat_microdeg: int
    opens_s: int
    closes_s: int
    loading_s: int
    packing_baskets_per_day: int
    packing_starts_s: int | None
    packing_baskets_per_h: int | None
    storage_g: int
    cold_storage_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotStock:
    """Goods in a hub when the week opens, packable from day one."""

    depot_id: str
    lot_id: str
    product_id: str
    stock_g: int
    last_use_date: dt.date | None
