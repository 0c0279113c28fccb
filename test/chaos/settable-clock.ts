// Loaded before a program (`node --import`): its clock is the machine's and so many milliseconds more as the file CLOCK_FILE says.
import { readFileSync } from 'node:fs';

const file = process.env.CLOCK_FILE;
const machine = Date.now;
let aheadMs = 0;

/** A file that is not there, or is being written, changes nothing. */
function look(): void {
  try {
    const text = readFileSync(file ?? '', 'utf8');
    if (text !== '') aheadMs = Number(text);
  } catch {}
}

if (file !== undefined) {
  look();
  setInterval(look, 20).unref();
  Date.now = () => machine() + aheadMs;
  globalThis.Date = new Proxy(Date, {
    construct: (date, values, target) => Reflect.construct(date, values.length === 0 ? [Date.now()] : values, target),
    apply: () => new Date().toString(),
  });
}
