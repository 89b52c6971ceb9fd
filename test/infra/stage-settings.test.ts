import { describe, expect, it } from 'vitest';
import { stageSettingsSchema } from '../../infra/settings/stage-settings.ts';
import { stages } from '../../infra/settings/stages.ts';
import { settingsOf } from './synthesize.ts';

const dev = settingsOf('dev');
const check = (change: object) => stageSettingsSchema.safeParse({ ...dev, ...change });

describe('stage settings', () => {
  it('exist for dev and prod', () => {
    expect(stages.map(({ name }) => name)).toEqual(['dev', 'prod']);
  });

  it('mint trial keys in dev and real ones in prod', () => {
    expect(stages.map(({ keyEnvironment }) => keyEnvironment)).toEqual(['test', 'live']);
  });

  it.each([
    { case: 'an unknown setting', change: { memory: 512 } },
    { case: 'a stage name that cannot be in a bucket name', change: { name: 'Dev_1' } },
    { case: 'a Region that is none', change: { region: 'frankfurt' } },
    { case: 'a CPU that Lambda does not have', change: { architecture: 'riscv64' } },
    { case: 'less memory than Lambda takes', change: { memoryMiB: { ...dev.memoryMiB, predict: 64 } } },
    { case: 'a retention that CloudWatch does not know', change: { logRetention: 8 } },
    {
      case: 'a quota of nothing',
      change: { usagePlans: { ...dev.usagePlans, free: { ratePerSecond: 1, burst: 1, quotaPerMonth: 0 } } },
    },
    { case: 'a plan that nobody sells', change: { usagePlans: { ...dev.usagePlans, gold: dev.usagePlans.pro } } },
    { case: 'a missing plan', change: { usagePlans: { free: dev.usagePlans.free, pro: dev.usagePlans.pro } } },
    { case: 'a negative rate', change: { stageThrottle: { ratePerSecond: -1, burst: 1 } } },
    { case: 'a plan faster than its stage', change: { stageThrottle: { ratePerSecond: 10, burst: 10 } } },
  ])('refuse $case', ({ change }) => {
    expect(check(change).success).toBe(false);
  });

  it('say which setting is wrong', () => {
    const { error } = check({ stageThrottle: { ratePerSecond: 10, burst: 10 } });
    expect(error?.issues).toEqual([
      expect.objectContaining({ path: ['usagePlans'], message: expect.stringContaining('stageThrottle') }),
    ]);
  });
});
