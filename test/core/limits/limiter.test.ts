import { describe, expect, test } from 'vitest';
import { CachedLimits } from '../../../core/limits/cached-limits.ts';
import { effectiveLimits } from '../../../core/limits/effective-limits.ts';
import type { Entry, Gate } from '../../../core/limits/gate.ts';
import { LimitExceededError } from '../../../core/limits/limit-exceeded.ts';
import type { LimitOverrides } from '../../../core/limits/limit-overrides.ts';
import { Limiter } from '../../../core/limits/limiter.ts';
import type { Limits } from '../../../core/limits/limits.ts';
import { policyOf } from '../../../core/limits/policy-of.ts';
import { row } from '../billing/books.ts';
import { usageEventOf } from '../metering/usage-event-of.ts';

const use = row({ units: { requests: 1, items: 2, tokens: 7 } });
const event = usageEventOf('t', new Date());
const policy = policyOf.concurrent(5);

/** A gate that says this, and puts down what becomes of its entries. */
function gate(name: string, told: string[], entry: Partial<Entry> = {}): Gate {
  const note = (what: string) => () => {
    told.push(`${name} ${what}`);
    return Promise.resolve();
  };
  return {
    enter: () =>
      Promise.resolve({
        remainders: [{ policy, left: 1 }],
        settle: note('settles'),
        release: note('releases'),
        ...entry,
      }),
  };
}

function limiter(gates: readonly Gate[], lost: unknown[] = []): Limiter {
  return new Limiter({
    limits: { of: () => Promise.resolve({}) },
    gates,
    isRecorded: () => Promise.resolve(false),
    onLost: (cause) => lost.push(cause),
  });
}

const limits: Limits = { concurrent: 5 };

describe('a request', () => {
  test('that no limit applies to reaches no gate', async () => {
    const never: Gate = { enter: () => Promise.reject(new Error('asked')) };
    for (const none of [{}, { perMonth: { images: 1 } }, { perMinute: { images: 1 } }]) {
      const admission = await limiter([never]).admit({ tenant: 't' }, none, use, 1000);
      expect(admission.headers).toEqual({});
      await admission.settle(event);
      await admission.release();
    }
  });

  test('is told to each gate with the limits that it can reach', async () => {
    const asked: Limits[] = [];
    const asking: Gate = {
      enter: ({ limits: given }) => {
        asked.push(given);
        return Promise.resolve(undefined);
      },
    };
    const all = { perMonth: { images: 1, tokens: 9 }, perMinute: { images: 1 }, concurrent: 2 };
    await limiter([asking]).admit({ tenant: 't' }, all, use, 1000);
    expect(asked).toEqual([{ perMonth: { tokens: 9 }, concurrent: 2 }]);
  });

  test('ends in all gates, whatever one of them says to it', async () => {
    const told: string[] = [];
    const lost: unknown[] = [];
    const broken = gate('broken', told, { settle: () => Promise.reject(new Error('no answer')) });
    const admission = await limiter([broken, gate('sound', told)], lost).admit({ tenant: 't' }, limits, use, 1000);
    await admission.settle(event);
    expect([told, lost]).toEqual([['sound settles'], [new Error('no answer')]]);
  });

  test('is given back once, however often it fails', async () => {
    const told: string[] = [];
    const admission = await limiter([gate('open', told)]).admit({ tenant: 't' }, limits, use, 1000);
    await admission.settle(event);
    await Promise.all([admission.release(), admission.release()]);
    await admission.release();
    expect(told).toEqual(['open settles', 'open releases']);
  });

  test('that one gate refuses takes nothing from the others, and is told of all limits', async () => {
    const told: string[] = [];
    const violated = { policy, left: 0, resetSeconds: 9 };
    const refusing = gate('refusing', told, { refusal: { message: 'enough', violated } });
    const refused = limiter([gate('open', told), refusing]).admit({ tenant: 't' }, limits, use, 1000);
    const error = (await refused.catch((cause: unknown) => cause)) as LimitExceededError;
    expect(error).toBeInstanceOf(LimitExceededError);
    expect(error).toMatchObject({
      code: 'concurrent-requests-exceeded',
      status: 429,
      message: 'enough',
      retryAfterSeconds: 9,
      headers: { ratelimit: '"concurrent-requests";r=0;t=9' },
    });
    expect(told.sort()).toEqual(['open releases', 'refusing releases']);
  });

  test('that repeats another is looked for in the journal, where that decides, and known to be counted when it is there', async () => {
    const [asked, told]: [string[], boolean[]] = [[], []];
    const telling: Gate = {
      enter: ({ recorded }) => {
        told.push(recorded);
        return Promise.resolve(undefined);
      },
    };
    const looking = new Limiter({
      limits: { of: () => Promise.resolve({}) },
      gates: [telling],
      isRecorded: async ({ tenant }, id) => {
        asked.push(`${tenant} ${id}`);
        if (id === 'unreadable') throw new Error('no answer');
        return id === 'known';
      },
      onLost: () => undefined,
    });
    const quota = { perMonth: { tokens: 9 } };
    for (const [each, repeated] of [
      [limits, 'known'],
      [quota, undefined],
      [quota, 'known'],
      [{ spend: { currency: 'EUR', minor: 1 } }, 'known'],
      [quota, 'unknown'],
    ] as const) {
      await looking.admit({ tenant: 't' }, each, use, 1000, repeated);
    }
    expect(asked).toEqual(['t known', 't known', 't unknown']);
    expect(told).toEqual([false, false, true, true, false]);
    const blind = looking.admit({ tenant: 't' }, quota, use, 1000, 'unreadable');
    await expect(blind).rejects.toMatchObject({ status: 503 });
  });

  test('is not let in when a gate cannot be asked', async () => {
    const told: string[] = [];
    const silent: Gate = { enter: () => Promise.reject(new Error('no answer from the table limits')) };
    await expect(limiter([gate('open', told), silent]).admit({ tenant: 't' }, limits, use, 1000)).rejects.toMatchObject(
      {
        status: 503,
        message: 'the limits of this account cannot be checked now; nothing was billed. Try again',
      },
    );
    expect(told).toEqual(['open releases']);
  });
});

test('a table that hangs holds up no answer beyond the time of the request', async () => {
  const lost: unknown[] = [];
  const hanging = gate('hanging', [], { settle: () => new Promise(() => undefined) });
  const admission = await limiter([hanging], lost).admit({ tenant: 't' }, limits, use, 210);
  await admission.settle(event);
  expect(lost).toEqual([expect.objectContaining({ message: expect.stringMatching(/^no answer within \d+ ms$/) })]);
  const dead: Gate = { enter: () => new Promise(() => undefined) };
  await expect(limiter([dead]).admit({ tenant: 't' }, limits, use, 210)).rejects.toMatchObject({ status: 503 });
});

describe('the limits of a tenant', () => {
  const plans = { free: { perMonth: { images: 10 }, concurrent: 2 } };

  test('are read once a minute by each process, however many ask, and again after a failure', async () => {
    let ms = 0;
    let reads = 0;
    let fails = true;
    const overrides = {
      find: async (): Promise<LimitOverrides> => {
        reads++;
        if (fails) throw new Error('no answer');
        return { concurrent: 7 };
      },
    };
    const cached = new CachedLimits(overrides, plans, () => ms);
    const asked = () => cached.of({ tenant: 't', plan: 'free' });
    await expect(asked()).rejects.toThrow('no answer');
    fails = false;
    expect(await Promise.all([asked(), asked()])).toEqual(
      Array.from({ length: 2 }, () => ({ perMonth: { images: 10 }, concurrent: 7 })),
    );
    ms = 59_999;
    await asked();
    expect(reads).toBe(2);
    ms = 60_000;
    await asked();
    expect(reads).toBe(3);
    expect(await cached.of({ tenant: 't', plan: 'toString' })).toEqual({ concurrent: 7 });
  });

  test.each([
    { case: 'the plan’s', own: {}, holds: { perMonth: { images: 10 }, concurrent: 2 } },
    { case: 'lifted', own: { perMonth: { images: null }, concurrent: null }, holds: {} },
    {
      case: 'replaced and added to',
      own: { perMonth: { images: 3, tokens: 4 }, perMinute: { items: 5 } },
      holds: { perMonth: { images: 3, tokens: 4 }, perMinute: { items: 5 }, concurrent: 2 },
    },
  ])('can be $case', ({ own, holds }) => {
    expect(effectiveLimits(plans.free, own)).toEqual(holds);
  });
});
