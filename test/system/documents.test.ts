import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { manifestSchema } from '../../core/catalog/manifest.ts';
import { elementsMax, stringsMax } from '../../core/inference/batch-limit.ts';
import { pixelsMax } from '../../core/task/image-classification/decode-image.ts';
import { apiKeyPattern } from '../../core/tenancy/api-key-pattern.ts';
import { breakEvenTable, endpointTable } from '../../infra/costs/cost-tables.ts';
import { stages } from '../../infra/settings/stages.ts';
import { shell } from './shell.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { data, demo } = inject('maas');

/** The shell blocks under a heading of a document, each command with its continued lines joined. */
function commands(document: string, heading: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '');
  const lines = blocks.join('\n').replaceAll('\\\n', ' ').split('\n');
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

const sh = (script: string, npx?: 'npm'): Promise<string> => shell(script, { MAAS_DATA: data }, npx);

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

test('README: every command of "Call a model" answers', async () => {
  const [url, key, ...calls] = commands('README.md', 'Call a model');
  const set = [url, key].join('\n').replaceAll('.maas/', `${data}/`);
  expect(await sh(`${set}\necho "$MAAS_URL $MAAS_KEY"`, 'npm')).toBe(`${demo.url} ${demo.apiKey}\n`);
  expect(calls).toHaveLength(4);
  const [linear, picture, text, usage] = await Promise.all(
    calls.map(async (call) => JSON.parse(await sh(`${set}\n${call}`)) as unknown),
  );
  expect(linear).toMatchObject({ outputs: [{ data: [expect.closeTo(2, 3), expect.closeTo(42, 3)] }] });
  expect(picture).toMatchObject([{ label: expect.stringMatching(/ankle boot/i) }, {}, {}, {}, {}]);
  expect(text).toMatchObject([[{ score: expect.any(Number) }, {}]]);
  expect(usage).toMatchObject({ tenant: demo.tenant });
});

test('README: every command of "Operate" succeeds, in order', async () => {
  const [first = '', ...others] = commands('README.md', 'Operate');
  expect(await sh(first, 'npm'), first).not.toBe('');
  for (const command of others) expect(await sh(command), command).not.toBe('');
});

/** Asked for once each, since most documents name the same few commands. */
const helps = new Map<string, Promise<string>>();
function helpOf(command: string): Promise<string> {
  const help = helps.get(command) ?? sh(`npx ${command} --help`);
  helps.set(command, help);
  return help;
}

test.each(documents)('%s: its npm, maas and cdk commands exist', async (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const [, run, name] of text.matchAll(/(?:`|&& |^)npm (run )?([a-z]+)/gm)) {
    expect([...Object.keys(scripts), ...(run === undefined ? ['ci'] : [])], `npm ${run ?? ''}${name}`).toContain(name);
  }
  const maas = [
    ...text.matchAll(
      /\bmaas (?:--stage \w+ )?((?:tenants|keys|limits|models|usage|prices|invoices|credits|billing|exports|audit|start)(?: [a-z]+)?)/g,
    ),
  ].map((match) => match[1]);
  for (const command of new Set(maas)) {
    const [group = '', name] = command?.split(' ') ?? [];
    const help = await helpOf(`maas ${group}`);
    if (name !== undefined && help.includes('Commands:')) expect(help).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
  }
  const cdk = [...text.matchAll(/\bcdk (bootstrap|deploy|diff|destroy|synth|[a-z]+)\b/g)].map((match) => match[1]);
  if (cdk.length > 0) {
    const help = await helpOf('cdk');
    for (const command of new Set(cdk)) expect(help).toContain(`cdk ${command}`);
  }
});

test('README: its limits are those that hold', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const figure = (value: number): string => value.toLocaleString('en-US');
  expect(text).toContain(`\`${apiKeyPattern.source.replaceAll(/^\^|\$$/g, '')}\``);
  expect(text).toContain(`${figure(elementsMax)} elements, ${figure(stringsMax)} of text`);
  expect(text).toContain(`${figure(pixelsMax)} pixels`);
  for (const { planLimits, usagePlans } of stages) {
    const { perMonth: { items = 0, images = 0, tokens = 0 } = {}, concurrent = 0 } = planLimits.free;
    expect(text).toContain(
      `${figure(items)} items, ${figure(images)} images and ${figure(tokens)} tokens a month; ${concurrent} requests at once`,
    );
    expect([planLimits.pro, planLimits.enterprise]).toEqual([{}, {}]);
    for (const [plan, { ratePerSecond, burst, quotaPerMonth }] of Object.entries(usagePlans)) {
      const rate = `${figure(ratePerSecond)}(?: requests)? a second \\(${figure(burst)} at once\\)`;
      expect(text).toMatch(new RegExp(`plan \`${plan}\` \\| ${rate}, ${figure(quotaPerMonth)} a month`));
    }
  }
});

test('docs/deploy.md: the concurrency that a stage needs is what it reserves and the hundred that AWS keeps', () => {
  const text = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
  const reserved = stages.find(({ name }) => name === 'prod')?.reservedConcurrency;
  if (reserved === undefined) throw new Error('prod reserves concurrency');
  const sum = reserved.predict + reserved.predictGpu + reserved.validate;
  expect(text).toContain(`it reserves ${sum}, and AWS keeps 100 unreserved, so ${sum + 100} is the least`);
  expect(text).toContain(
    `${reserved.predict} for \`predict\`, ${reserved.predictGpu} for \`predict-gpu\`, ${reserved.validate} for \`validate\``,
  );
});

test('docs/gpu.md: its tables are what prices and measured milliseconds give', () => {
  const text = readFileSync(join(root, 'docs/gpu.md'), 'utf8');
  const between = (name: string): string | undefined =>
    new RegExp(`<!-- ${name} -->\\n(.*?)<!-- end -->`, 's').exec(text)?.[1]?.trim();
  expect(between('endpoint table')).toBe(endpointTable(500));
  const manifests = readdirSync(join(root, 'models'))
    .map((name) => join(root, 'models', name, 'model.json'))
    .filter((file) => existsSync(file))
    .map((file) => manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  expect(between('break-even table')).toBe(breakEvenTable(manifests));
});

test.each(documents)('%s: its links lead somewhere', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !link.startsWith('https://'));
  for (const link of links) expect(existsSync(join(root, dirname(document), link)), link).toBe(true);
});
