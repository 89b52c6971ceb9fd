import type { Schedule } from './schedule.ts';

/** One run of a schedule. */
export interface Execution {
  readonly id: string;
  readonly dueMs: number;
}

/** Without fractions of a second. */
const time = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * What a function gets: the schedule's input, its context attributes filled in, or the default event.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function targetInput({ arn, target: { input } }: Schedule, { id, dueMs }: Execution): string {
  if (input === undefined) {
    const [, , , region, account] = arn.split(':');
    return JSON.stringify({
      version: '0',
      id,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account,
      time: time(dueMs),
      region,
      resources: [arn],
      detail: '{}',
    });
  }
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time(dueMs))
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}
