// What every command answers to --help.

/** Prints how a command is called and ends the process, when that is what it was asked. */
export function helpIfAsked(usage: string): void {
  if (!process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return;
  console.log(usage);
  process.exit(0);
}
