// How the status page looks: light and dark, wide and narrow.

export const statusStyle = `
:root { color-scheme: light dark; --ink: #1b1b1f; --soft: #5c5f66; --paper: #fff; --card: #f5f5f7; --good: #1b6b2f; --bad: #b3261e; --warn: #8a4b00; --line: #d7d8dc; --bar: #7d9bc1; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8ec; --soft: #a8abb3; --paper: #131316; --card: #1f1f24; --good: #7fd197; --bad: #ff8a80; --warn: #ffb95c; --line: #3a3b42; --bar: #5d7ba3; } }
* { box-sizing: border-box; margin: 0; }
body { font: 16px/1.35 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 76rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; border-left: .5rem solid var(--good); padding: .25rem 1rem; margin-bottom: 1rem; }
header.bad { border-color: var(--bad); }
header p { font-size: 1.25rem; font-weight: 600; color: var(--good); }
header.bad p { color: var(--bad); }
h1 { font-size: 1.25rem; } h2 { font-size: 1rem; }
small { color: var(--soft); font-size: .8125rem; }
ul { list-style: none; padding: 0; }
.troubles { border: 2px solid var(--bad); border-radius: .5rem; padding: .5rem 1rem; margin-bottom: 1rem; }
.troubles h2 { color: var(--bad); }
.level { display: grid; grid-template-columns: 8.5rem minmax(14rem, 2fr) minmax(12rem, 1fr) 11rem 15rem; gap: .25rem 1rem; align-items: center; background: var(--card); border-radius: .5rem; padding: .4rem .75rem; margin-bottom: .35rem; border-left: .35rem solid var(--line); }
.level.met { border-color: var(--good); } .level.burning, .level.broken { border-color: var(--bad); }
.state { font-weight: 600; color: var(--soft); }
.met .state { color: var(--good); } .burning .state, .broken .state { color: var(--bad); }
.promise p { font-size: .875rem; }
.value strong { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.burning .value strong, .broken .value strong { color: var(--bad); }
svg { display: block; width: 100%; }
.meter { height: 6px; } .meter .empty { fill: var(--line); } .meter .full { fill: var(--good); }
.hour svg { height: 32px; } .hour rect { fill: var(--bar); } .hour rect.over { fill: var(--bad); } .hour line { stroke: var(--warn); stroke-width: 1; stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
.unmeasured { margin-top: 1rem; color: var(--soft); font-size: .875rem; }
footer { margin-top: 1rem; color: var(--soft); font-size: .8125rem; }
@media (max-width: 60rem) { .level { grid-template-columns: 1fr 1fr; } .state, .promise { grid-column: 1 / -1; } .hour { grid-column: 1 / -1; } }
`;
