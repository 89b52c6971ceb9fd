import { expect, inject, test } from 'vitest';
import { shell } from './shell.ts';

const { printed, demo } = inject('maas');
const commands = printed.split('\n').flatMap((line) => (line.startsWith('  curl') ? [line.trim()] : []));

const answer = async (command: string | undefined): Promise<unknown> => JSON.parse(await shell(command ?? 'exit 1'));

test('start shows its progress, where it is and the key', () => {
  for (const step of ['synthesizing', 'creating', 'fashion', 'spam', 'linear-2x', 'ready'])
    expect(printed).toContain(step);
  expect(printed).toContain(`MaaS is up at ${demo.url}`);
  expect(printed).toContain(demo.apiKey);
});

test('the printed metadata command answers', async () => {
  expect(await answer(commands[0])).toMatchObject({ name: 'fashion', inputs: [{ datatype: 'FP32' }] });
});

test('the printed picture command sees an ankle boot', async () => {
  const [best] = (await answer(commands[1])) as { label: string; score: number }[];
  expect(best?.label).toMatch(/ankle boot/i);
  expect(best?.score).toBeGreaterThan(0.5);
});

test('the printed e-mail command finds spam', async () => {
  const [[best]] = (await answer(commands[2])) as [{ label: string; score: number }[]];
  expect(best?.label).toBe('spam');
});

test('nothing but progress is shown until it is ready', () => {
  const [before = ''] = printed.split('MaaS is up at');
  const lines = before.trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^ *\d+\.\d s {2}[a-z]/);
  expect(lines.some((line) => line.includes('bundling the function predict'))).toBe(true);
});
