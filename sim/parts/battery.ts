// A LiPo cell: charge goes down with what is drawn, voltage follows charge and load.

/** Voltage of a resting LiPo cell at 0 %, 10 %, … 100 % of charge, mV; a usual textbook curve. */
const REST_MV = [3270, 3610, 3690, 3710, 3770, 3790, 3840, 3910, 3980, 4080, 4200];
const RESISTANCE_OHM = 0.4; // 100 mAh cell with its protection

export class Battery {
  private readonly capacity_mas: number;
  private charge_mas: number;

  /** `charge`: 0 (empty) to 1 (full). */
  constructor(capacity_mah = 100, charge = 0.9) {
    this.capacity_mas = capacity_mah * 3600;
    this.charge_mas = this.capacity_mas * charge;
  }

  /** Takes `charge_mas` (mA·s) out of the cell. */
  draw(charge_mas: number): void {
    this.charge_mas = Math.max(0, this.charge_mas - charge_mas);
  }

  /** 0..1. */
  get charge(): number {
    return this.charge_mas / this.capacity_mas;
  }

  /** Voltage under `load_ma`, whole mV. */
  millivolts(load_ma: number): number {
    const place = Math.min(9.999999, this.charge * 10);
    const below = Math.floor(place);
    const rest_mv = REST_MV[below]! + (REST_MV[below + 1]! - REST_MV[below]!) * (place - below);
    return Math.round(rest_mv - load_ma * RESISTANCE_OHM);
  }
}
