// The lines of one readout that somebody picked as registers.

import type { PickedRegister } from './register-config';
import type { TelegramLine } from './view';

export class PickedRegisters {
  picked = $state<PickedRegister[]>([]);
  /** The line whose note is open. */
  open = $state<number | null>(null);

  /** Picks a line, under the name it would usually have, and opens its note. */
  pick(line: TelegramLine): void {
    if (!line.selector) return;
    if (!this.of(line.number)) this.picked.push({ line: line.number, name: line.register ?? '', selector: line.selector });
    this.open = line.number;
  }

  of(line: number): PickedRegister | undefined {
    return this.picked.find((one) => one.line === line);
  }

  drop(line: number): void {
    this.picked = this.picked.filter((one) => one.line !== line);
    if (this.open === line) this.open = null;
  }
}
