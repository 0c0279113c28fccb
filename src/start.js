// Where `npm start` begins: plain JavaScript, so that a Node too old for the rest can still say so.
const oldest = 24;

if (Number(process.versions.node.split('.')[0]) < oldest) {
  console.error(
    `Kairos needs Node ${oldest} or newer, this is ${process.version}. \`npm ci\` brings one in the package \`node\`, ` +
      'unless install scripts are switched off: `npm rebuild node` makes up for that. Then `npm start`.',
  );
  process.exit(1);
}

const { askedOrExit, readNothing } = await import('./command-help.ts');
const usage = `npm start
  Kairos is configured by environment variables, as KAIROS_PORT=4001 npm start: README.md names them all.`;
askedOrExit(usage, readNothing);
await import('./main.ts');
