import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';

/** A line of a log group. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly ms: number;
  readonly text: string;
}

/** Reads log groups. Needs `logs:FilterLogEvents` on them. */
export class LogLines {
  readonly #client: CloudWatchLogsClient;

  constructor(client: CloudWatchLogsClient) {
    this.#client = client;
  }

  /**
   * The lines of the half-open interval, a page at a time: 10,000 lines or 1 MB. CloudWatch allows five pages a second.
   *
   * @param pattern of CloudWatch Logs; all lines without one
   */
  async *read(group: string, from: Date, to: Date, pattern?: string): AsyncGenerator<LogLine[], void> {
    const pages = paginateFilterLogEvents(
      { client: this.#client },
      {
        logGroupName: group,
        startTime: from.getTime(),
        endTime: to.getTime() - 1,
        ...(pattern === undefined ? {} : { filterPattern: pattern }),
      },
    );
    for await (const { events = [] } of pages) {
      yield events.map(({ timestamp = 0, message = '' }) => ({ ms: timestamp, text: message }));
    }
  }
}
