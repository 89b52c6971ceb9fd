import type { EndpointDirectory, EndpointState } from '../../catalog/gpu/endpoint-directory.ts';

/** How long an answer is believed: probes come every few seconds, from many, and SageMaker takes only some questions a second. */
const keptMs = 5000;

/**
 * What SageMaker calls an endpoint that answers calls, if only with the version before.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 */
const serving = ['InService', 'Updating', 'SystemUpdating', 'RollingBack', 'UpdateRollbackFailed'];

/** Whether endpoints are there to be called, by what SageMaker says of them. */
export class EndpointReadiness {
  readonly #directory: EndpointDirectory;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, { readonly state: Promise<EndpointState>; readonly until: number }>();

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(directory: EndpointDirectory, nowMs: () => number) {
    this.#directory = directory;
    this.#nowMs = nowMs;
  }

  /**
   * False when it has failed, is still coming up, or no instance stands behind it. True when SageMaker cannot be asked: calls do not need
   * what was asked, so a shortage there says nothing of them.
   *
   * @param wakes whether no instance is as it should be, since the next call starts one: who waited for it would wait for ever
   */
  async isReady(endpoint: string, wakes: boolean): Promise<boolean> {
    const { status, instances } = await this.#state(endpoint);
    return status === 'unknown' || (serving.includes(status) && (wakes || instances !== 0));
  }

  #state(endpoint: string): Promise<EndpointState> {
    const kept = this.#kept.get(endpoint);
    if (kept !== undefined && this.#nowMs() < kept.until) return kept.state;
    const state = this.#directory.describe(endpoint);
    this.#kept.set(endpoint, { state, until: this.#nowMs() + keptMs });
    return state;
  }
}
