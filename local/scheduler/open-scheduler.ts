import { randomUUID } from 'node:crypto';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import { scheduleGroupResource } from './resource/schedule-group-resource.ts';
import { scheduleResource } from './resource/schedule-resource.ts';
import { runSchedule, type Targets } from './run-schedule.ts';
import { Schedules } from './schedules.ts';
import { schedulerService } from './service.ts';
import { Timetable } from './timetable.ts';

export interface SchedulerOptions {
  readonly region: string;
  readonly account: string;
  readonly targets: Targets;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The emulated EventBridge Scheduler of one account and region. */
export interface Scheduler {
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /** Schedules run from now on: once all that their functions need is there. */
  begin(): void;
  /** Runs what is due. Called by itself once it has begun; for those whose clock does not go by itself. */
  look(): Promise<void>;
  stop(): void;
}

/** Timers stand still while a machine sleeps, and clocks are set: so it looks again, however far off the next run is. */
const lookMsMax = 30_000;

/** Opens the scheduler. It keeps nothing on disk. */
export function openScheduler({ region, account, targets, now = Date.now }: SchedulerOptions): Scheduler {
  const schedules = new Schedules();
  let timetable: Timetable | undefined;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const due = timetable?.take(now()) ?? [];
    await Promise.all(due.map(({ schedule, dueMs }) => runSchedule(schedule, { id: randomUUID(), dueMs }, targets)));
  };
  const lookAgain = (): void => {
    const nextMs = timetable?.nextMs;
    if (nextMs === undefined) return;
    const waitMs = Math.min(Math.max(nextMs - now(), 0), lookMsMax);
    timer = setTimeout(() => {
      void look();
      lookAgain();
    }, waitMs);
  };
  return {
    service: schedulerService(schedules, region, account),
    resourceTypes: [scheduleResource({ schedules, targets, now }), scheduleGroupResource(schedules)],
    begin: () => {
      timetable = new Timetable(schedules.all(), now());
      lookAgain();
    },
    look,
    stop: () => {
      clearTimeout(timer);
      timetable = undefined;
    },
  };
}
