// Where `npm start` begins: plain JavaScript, so that a Node too old for the rest can still say so.
const oldest = 24;

if (Number(process.versions.node.split('.')[0]) < oldest) {
  console.error(
    `Kairos needs Node ${oldest} or newer, this is ${process.version}. \`npm ci\` brings one in the package \`node\`, ` +
      'unless install scripts are switched off: `npm rebuild node` makes up for that. Then `npm start`.',
  );
  process.exit(1);
}

await import('./main.ts');
