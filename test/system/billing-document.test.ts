import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { shell } from './shell.ts';

const { data } = inject('maas');

/** Dates, months, hours, numbers of invoices and ids of keys, which no two runs share. */
const withoutChance = (text: string): string =>
  text
    .replace(/\d{4}-\d{2}(?:-\d{2}(?:T\d{2}(?::\d{2}:\d{2}(?:\.\d{3})?Z)?)?)?(?!\d)/g, 'TIME')
    .replace(/DEV-\d{8}/g, 'NUMBER')
    .replace(/(?<=^TIME {2})\w{10}(?= )/gm, 'KEY')
    .trim();

// Some twenty processes, one after the other.
test('docs/billing.md: each command prints what the document says', { timeout: 300_000 }, async () => {
  const text = readFileSync(new URL('../../docs/billing.md', import.meta.url), 'utf8').replaceAll('.maas/', `${data}/`);
  const blocks = [...text.matchAll(/^```(sh|text)\n(.*?)^```/gms)].map(([, kind, block = '']) => ({ kind, block }));
  const commands = blocks.filter(({ kind }) => kind === 'sh').map(({ block }) => block);
  const marker = '-- next block --';
  const printed = (await shell(commands.join(`\necho '${marker}'\n`), { MAAS_DATA: data })).split(`${marker}\n`);
  expect(printed).toHaveLength(commands.length);
  let at = -1;
  let compared = 0;
  for (const { kind, block } of blocks) {
    if (kind === 'sh') {
      at += 1;
      continue;
    }
    expect(withoutChance(printed[at] ?? '')).toBe(withoutChance(block));
    compared += 1;
  }
  expect(compared).toBe(5);
});
