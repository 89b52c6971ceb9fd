import type { EndpointDirectory, EndpointState } from '../../core/catalog/gpu/endpoint-directory.ts';
import type { GpuTrial, TrialResult } from '../../core/catalog/gpu/gpu-trial.ts';
import type { ModelArchives } from '../../core/catalog/gpu/model-archives.ts';
import type { ModelVersion } from '../../core/catalog/model-version.ts';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';

/** The GPU endpoints of a stage as a test wants them: what they are, how each is, how trials end, and what was asked of them. */
export class FakeGpu implements GpuTrial, ModelArchives, EndpointDirectory {
  readonly endpoints: { models: GpuEndpoints['models']; multiModel?: NonNullable<GpuEndpoints['multiModel']> } = {
    models: {},
  };
  result: (budgetMs: number) => Promise<TrialResult> = async () => ({ outcome: 'agreed' });
  storing: (budgetMs: number) => Promise<void> = async () => undefined;
  state: EndpointState = { status: 'InService' };
  /** What was asked, in its order: `store model/version`, `try endpoint model/version`, `describe endpoint`. */
  readonly asked: string[] = [];

  async run(endpoint: string, { model, version }: ModelVersion, budgetMs: number): Promise<TrialResult> {
    this.asked.push(`try ${endpoint} ${model}/${version}`);
    return this.result(budgetMs);
  }

  async store({ model, version }: ModelVersion, budgetMs: number): Promise<void> {
    this.asked.push(`store ${model}/${version}`);
    return this.storing(budgetMs);
  }

  async describe(endpoint: string): Promise<EndpointState> {
    this.asked.push(`describe ${endpoint}`);
    return this.state;
  }

  /** As after the start. */
  reset(): void {
    this.endpoints.models = {};
    delete this.endpoints.multiModel;
    this.result = async () => ({ outcome: 'agreed' });
    this.storing = async () => undefined;
    this.state = { status: 'InService' };
    this.asked.length = 0;
  }
}
