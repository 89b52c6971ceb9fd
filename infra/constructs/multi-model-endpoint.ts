import { Construct } from 'constructs';
import { multiModelPrefix } from '../../core/catalog/triton/multi-model-key.ts';
import { endpointName } from '../../core/engine/sagemaker/endpoint-name.ts';
import type { MultiModelSettings, StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { EndpointLog } from './endpoint-log.ts';
import { RealTimeEndpoint } from './real-time-endpoint.ts';
import { TritonModel } from './triton-model.ts';

interface MultiModelEndpointProps {
  readonly settings: StageSettings;
  readonly endpoint: MultiModelSettings;
  readonly data: DataStack;
}

/**
 * Serves every archive below a prefix of the artifacts bucket: a request names its model, which is loaded when it is first asked for. So a
 * model that is registered serves without a deployment.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/multi-model-endpoints.html
 */
export class MultiModelEndpoint extends Construct {
  constructor(scope: Construct, id: string, { settings, endpoint, data }: MultiModelEndpointProps) {
    super(scope, id);
    const name = endpointName.multiModel(settings.name);
    const log = new EndpointLog(this, 'Log', 'Endpoints', name, settings);
    const model = new TritonModel(this, 'Model', {
      logs: [log],
      container: {
        mode: 'MultiModel',
        modelDataUrl: data.artifacts.s3UrlForObject(multiModelPrefix),
        // Models stay in memory until it is needed for others.
        multiModelConfig: { modelCacheSetting: 'Enabled' },
      },
    });
    model.role.allowObjects(
      's3:GetObject',
      data,
      'artifacts',
      `${multiModelPrefix}*`,
      'Serves every model that is registered without an endpoint of its own, and so reads the archives of all of these.',
    );
    model.role.allow('s3:ListBucket', data.artifacts.bucketArn, {
      StringLike: { 's3:prefix': [multiModelPrefix, `${multiModelPrefix}*`] },
    });
    model.role.allowKey('kms:Decrypt', data.key, 's3');

    new RealTimeEndpoint(this, 'RealTime', {
      endpointName: name,
      log,
      live: { model, instanceType: endpoint.instanceType },
      instances: endpoint.instances,
      concurrentRequests: endpoint.concurrentRequests,
    });
  }
}
