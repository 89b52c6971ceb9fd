/** A schedule that the template declares. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  /** For whom its role is assumed. */
  readonly groupArn: string;
  readonly expression: string;
  readonly timezone: string;
  /** Epoch milliseconds, as all times here. */
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly enabled: boolean;
  readonly createdAtMs: number;
  readonly target: ScheduleTarget;
}

export interface ScheduleTarget {
  readonly functionArn: string;
  readonly roleArn: string;
  /** What the function gets, with its placeholders; absent for the default event. */
  readonly input?: string | undefined;
  readonly deadLetterArn?: string | undefined;
}
