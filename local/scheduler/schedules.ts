import type { Schedule } from './schedule.ts';

/** The schedules and schedule groups of one account and region. They live in memory: each start makes them anew from the templates. */
export class Schedules {
  readonly #groups = new Set(['default']);
  readonly #schedules = new Map<string, Schedule>();

  addGroup(name: string): void {
    this.#groups.add(name);
  }

  /** @throws Error when there is no such group */
  checkGroup(name: string): void {
    if (!this.#groups.has(name)) throw new Error(`the schedule group ${name} does not exist`);
  }

  /** @throws Error when its group has a schedule of that name */
  add(schedule: Schedule): void {
    const { group, name } = schedule;
    if (this.find(group, name) !== undefined) throw new Error(`two schedules of ${group} are called ${name}`);
    this.#schedules.set(`${group}/${name}`, schedule);
  }

  find(group: string, name: string): Schedule | undefined {
    return this.#schedules.get(`${group}/${name}`);
  }

  all(): Schedule[] {
    return [...this.#schedules.values()];
  }
}
