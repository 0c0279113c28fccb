// How every command reads what it is asked: --help is answered, and what cannot be read is said with how it would be right.
import { parseArgs } from 'node:util';

/** Prints how a command is called and ends the process, when that is what it was asked. */
export function helpIfAsked(usage: string): void {
  if (!process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return;
  console.log(usage);
  process.exit(0);
}

/** What a command is asked to do. Ends the process where it was asked for help, and with 2 where `read` throws. */
export function askedOrExit<Asked>(usage: string, read: () => Asked): Asked {
  helpIfAsked(usage);
  try {
    return read();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

/** For a command that has nothing to choose. @throws Error that names what it was given. */
export function readNothing(): void {
  parseArgs({ options: {} });
}
