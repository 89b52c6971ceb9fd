import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { UnavailableError } from '../../api/maas-error.ts';
import type { ExportReport } from './export-report.ts';

/** Leaves the function the time to answer, and the caller the time to pass the answer on. */
const answerMs = 4000;

/** A run of the exports by the function that does them. Needs `lambda:InvokeFunction` on it. */
export class LambdaExportRun {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  /** @throws UnavailableError when it did not finish; what it did is done, and the next run goes on */
  async run(budgetMs: number): Promise<ExportReport> {
    const abortSignal = AbortSignal.timeout(Math.max(1, Math.floor(budgetMs)));
    try {
      const { FunctionError, Payload } = await this.#client.send(
        new InvokeCommand({
          FunctionName: this.#functionName,
          Payload: JSON.stringify({ waitsMs: Math.max(1, budgetMs - answerMs) }),
        }),
        { abortSignal },
      );
      if (FunctionError !== undefined) throw new Error('the export function failed; its log says why');
      return JSON.parse(new TextDecoder().decode(Payload)) as ExportReport;
    } catch (error) {
      if (!abortSignal.aborted) throw error;
      throw new UnavailableError('the export takes longer than this call may; look with `maas exports status`', {
        cause: error,
      });
    }
  }
}
