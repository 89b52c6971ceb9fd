import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { UnavailableError } from '../../api/maas-error.ts';

/** Reconciles an hour by the function that may read the logs. Needs `lambda:InvokeFunction` on it. */
export class LambdaReconcileRun {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(client: LambdaClient, functionName: string) {
    this.#client = client;
    this.#functionName = functionName;
  }

  /**
   * @param budgetMs how long to wait
   * @throws UnavailableError when it does not end in that time; it goes on nonetheless
   */
  async run(hour: string, budgetMs: number): Promise<void> {
    const abortSignal = AbortSignal.timeout(Math.max(1, Math.floor(budgetMs)));
    try {
      const Payload = JSON.stringify({ hour });
      const { FunctionError } = await this.#client.send(
        new InvokeCommand({ FunctionName: this.#functionName, Payload }),
        { abortSignal },
      );
      if (FunctionError !== undefined) throw new Error('the function reconcile failed; its log says why');
    } catch (error) {
      if (!abortSignal.aborted) throw error;
      throw new UnavailableError(
        `reconciling ${hour} takes longer than this call may; it goes on, so look again in some minutes`,
        {
          cause: error,
        },
      );
    }
  }
}
