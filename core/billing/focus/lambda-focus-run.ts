import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { UnavailableError } from '../../api/maas-error.ts';
import type { FocusManifest } from './focus-month.ts';

/** Writes FOCUS files by the function that may. Needs `lambda:InvokeFunction` on it. */
export class LambdaFocusRun {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  /**
   * @param month `2026-11`; undefined: the running one and the one before
   * @param budgetMs how long to wait
   * @throws UnavailableError when it does not end in that time; it goes on nonetheless
   */
  async run(month: string | undefined, budgetMs: number): Promise<readonly FocusManifest[]> {
    const abortSignal = AbortSignal.timeout(Math.max(1, Math.floor(budgetMs)));
    try {
      const { FunctionError, Payload } = await this.#client.send(
        new InvokeCommand({ FunctionName: this.#functionName, Payload: JSON.stringify({ month }) }),
        { abortSignal },
      );
      if (FunctionError !== undefined) throw new Error('the function focus failed; its log says why');
      return JSON.parse(new TextDecoder().decode(Payload)) as readonly FocusManifest[];
    } catch (error) {
      if (!abortSignal.aborted) throw error;
      throw new UnavailableError(
        'writing the files takes longer than this call may; it goes on, so look in some minutes',
        {
          cause: error,
        },
      );
    }
  }
}
