import { describe, expect, it } from 'vitest';
import type { BatchingPolicy } from '../../../local/triton/config/model-config.ts';
import type { InstanceRequest, InstanceResult } from '../../../local/triton/instance/messages.ts';
import { Scheduler } from '../../../local/triton/schedule/scheduler.ts';

const policy = (more: Partial<BatchingPolicy> = {}): BatchingPolicy => ({
  rowsMax: 4,
  preferredRows: [4],
  delayUsMax: 0,
  queueSizeMax: 0,
  timeoutUs: 0,
  timeoutAction: 'REJECT',
  timeoutOverride: true,
  ...more,
});

/** An instance whose runs end when the test says so, and that answers each request with its name. */
class FakeInstance {
  readonly runs: { readonly names: readonly string[]; readonly end: () => void }[] = [];

  run(requests: readonly InstanceRequest[]): Promise<readonly InstanceResult[]> {
    const names = requests.map(({ inputs }) => inputs[0]?.name ?? '');
    return new Promise((resolve) => {
      const results = names.map((name) =>
        name.startsWith('bad')
          ? { error: `no ${name}` }
          : { outputs: [{ name, datatype: 'FP32' as const, shape: [], data: '[]' }] },
      );
      this.runs.push({ names, end: () => resolve(results) });
    });
  }
}

const request = (name: string, rows = 1): InstanceRequest => ({
  rows,
  inputs: [{ name, datatype: 'FP32', shape: [rows, 1], buffer: new ArrayBuffer(0), offset: 0, length: 0 }],
  outputs: [],
});

/** A scheduler on a clock that stands still unless the test moves it. */
function scheduling(of: BatchingPolicy | undefined, instances = [new FakeInstance()]) {
  const clock = { us: 0 };
  const scheduler = new Scheduler(instances, of, () => clock.us);
  const submit = (name: string, rows = 1, timeoutUs = 0, cancelled = new AbortController().signal): Promise<string> =>
    scheduler.submit(request(name, rows), { prefix: '[request id: 1] ', timeoutUs, cancelled }).then(
      ([output]) => output?.name ?? '',
      (error: Error) => error.message,
    );
  const runs = (): (readonly string[])[] => instances.flatMap((instance) => instance.runs.map(({ names }) => names));
  /** Ends the run under way; what follows from it has happened when this resolves. */
  const end = async (instance = instances[0] as FakeInstance): Promise<void> => {
    instance.runs.at(-1)?.end();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, scheduler, submit, runs, end };
}

describe('the scheduler', () => {
  it('runs at once what comes to an idle instance, and together what waited for a busy one', async () => {
    const { submit, runs, end } = scheduling(policy());
    const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => submit(name));
    expect(runs()).toEqual([['a']]);
    await end();
    expect(runs()).toEqual([['a'], ['b', 'c', 'd', 'e']]);
    await end();
    await end();
    expect(runs().at(-1)).toEqual(['f']);
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('keeps the order, passing over nobody', async () => {
    const { submit, runs, end } = scheduling(policy());
    void submit('first');
    void submit('large', 3);
    void submit('too large for it', 2);
    void submit('small');
    await end();
    await end();
    expect(runs()).toEqual([['first'], ['large'], ['too large for it', 'small']]);
  });

  it('uses every idle instance', () => {
    const { submit, runs } = scheduling(policy(), [new FakeInstance(), new FakeInstance()]);
    void submit('a');
    void submit('b');
    void submit('c');
    expect(runs()).toEqual([['a'], ['b']]);
  });

  it('runs each alone without a policy', async () => {
    const { submit, runs, end } = scheduling(undefined);
    for (const name of ['a', 'b', 'c']) void submit(name);
    await end();
    await end();
    expect(runs()).toEqual([['a'], ['b'], ['c']]);
  });

  it('waits for company as long as the policy says, and no longer', async () => {
    const { clock, submit, runs } = scheduling(policy({ delayUsMax: 500 }));
    void submit('a');
    clock.us = 499;
    void submit('b');
    expect(runs()).toEqual([]);
    clock.us = 500;
    await expect.poll(runs).toEqual([['a', 'b']]);
  });

  it('refuses what the queue has no room for', async () => {
    const { submit, end } = scheduling(policy({ queueSizeMax: 1 }));
    const answers = ['runs', 'waits', 'refused'].map((name) => submit(name));
    expect(await answers[2]).toBe('[request id: 1] Exceeds maximum queue size');
    await end();
    await end();
    expect(await Promise.all(answers.slice(0, 2))).toEqual(['runs', 'waits']);
  });

  it('rejects what has waited for too long, though the instance is still busy', async () => {
    const { clock, submit } = scheduling(policy({ timeoutUs: 1000 }));
    void submit('runs');
    const late = submit('late');
    clock.us = 1000;
    expect(await late).toBe('[request id: 1] Request timeout expired');
  });

  it('lets a request shorten its timeout, never lengthen it', async () => {
    const { clock, submit } = scheduling(policy({ timeoutUs: 1000 }));
    void submit('runs');
    const patient = submit('patient', 1, 5000);
    const hasty = submit('hasty', 1, 10);
    clock.us = 10;
    expect(await hasty).toContain('Request timeout expired');
    clock.us = 1000;
    expect(await patient).toContain('Request timeout expired');
  });

  it('puts off what has waited for too long until nobody else waits, when the policy says DELAY', async () => {
    const { clock, submit, runs, end } = scheduling(policy({ rowsMax: 1, timeoutUs: 1000, timeoutAction: 'DELAY' }));
    void submit('runs');
    void submit('late', 1, 10);
    clock.us = 20;
    void submit('other');
    await end();
    void submit('yet another');
    await end();
    await end();
    expect(runs()).toEqual([['runs'], ['other'], ['yet another'], ['late']]);
  });

  it('drops those whose clients have gone while they waited', async () => {
    const { submit, runs, end } = scheduling(policy());
    const gone = new AbortController();
    void submit('runs');
    const dropped = submit('dropped', 1, 0, gone.signal);
    void submit('stays');
    gone.abort();
    await end();
    expect(runs()).toEqual([['runs'], ['stays']]);
    expect(await dropped).toContain('Cancelled');
  });

  it('tells each of a batch what became of it', async () => {
    const { submit, end } = scheduling(policy());
    const answers = ['first', 'good', 'bad', 'fine'].map((name) => submit(name));
    await end();
    await end();
    expect(await Promise.all(answers)).toEqual(['first', 'good', '[request id: 1] no bad', 'fine']);
  });

  it('drains: runs what waits without further delay, takes nothing more, and is done when all is answered', async () => {
    const { scheduler, submit, runs, end } = scheduling(policy({ delayUsMax: 1e9 }));
    const waiting = submit('waiting');
    expect(runs()).toEqual([]);
    let isDrained = false;
    const drained = scheduler.drain().then(() => (isDrained = true));
    expect(runs()).toEqual([['waiting']]);
    expect(await submit('too late')).toContain('Server is stopping');
    expect(isDrained).toBe(false);
    await end();
    await drained;
    expect(await waiting).toBe('waiting');
  });
});
