import { Construct } from 'constructs';
import { endpointName } from '../../core/engine/sagemaker/endpoint-name.ts';
import type { GpuModel } from '../models/gpu-model.ts';
import type { GpuEndpointSettings, StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { ArchivedModel } from './archived-model.ts';
import { AsynchronousEndpoint } from './asynchronous-endpoint.ts';
import { DataCapture } from './data-capture.ts';
import { EndpointLog } from './endpoint-log.ts';
import { ModelArchiveAsset } from './model-archive-asset.ts';
import { RealTimeEndpoint } from './real-time-endpoint.ts';
import { ZeroScalingEndpoint } from './zero-scaling-endpoint.ts';

interface GpuEndpointProps {
  readonly settings: StageSettings;
  readonly endpoint: GpuEndpointSettings;
  readonly model: GpuModel;
  /** Gets a copy of every request; its answers are dropped. */
  readonly shadow: GpuModel | undefined;
  readonly data: DataStack;
}

/**
 * The endpoint of one model, as the stage's settings want it: always on or scaled to zero, alone or with a shadow, and with a second one
 * behind a queue.
 */
export class GpuEndpoint extends Construct {
  constructor(scope: Construct, id: string, { settings, endpoint, model, shadow, data }: GpuEndpointProps) {
    super(scope, id);
    const { name, target } = model.manifest;
    const realTime = endpointName.model(settings.name, name);
    const archive = new ModelArchiveAsset(this, 'Archive', model.archive);
    const log = new EndpointLog(this, 'Log', 'Endpoints', realTime, settings);
    const { concurrentRequests, dataCapturePercent: percent, instances, night } = endpoint;
    const prefix = `capture/${name}`;
    const capture =
      percent === undefined ? undefined : new DataCapture({ percent, prefix, bucket: data.results, key: data.key });
    const mayCapture = (live: ArchivedModel) => {
      if (capture === undefined) return;
      live.role.allowObjects(
        's3:PutObject',
        data,
        'results',
        `${prefix}/*`,
        'Captured requests get their names when they come; these are of this model alone.',
      );
      live.role.allowKey('kms:GenerateDataKey', data.key, 's3');
    };

    if (endpoint.scaleToZero) {
      const logs = [log, new EndpointLog(this, 'ComponentLog', 'InferenceComponents', realTime, settings)];
      const live = new ArchivedModel(this, 'Model', model, archive, logs);
      mayCapture(live);
      new ZeroScalingEndpoint(this, 'RealTime', {
        endpointName: realTime,
        logs,
        model: live,
        instanceType: target.instanceType,
        instances,
        concurrentRequests,
        night,
        capture,
      });
    } else {
      const live = new ArchivedModel(this, 'Model', model, archive, [log]);
      mayCapture(live);
      new RealTimeEndpoint(this, 'RealTime', {
        endpointName: realTime,
        log,
        live: { model: live, instanceType: target.instanceType },
        shadow:
          shadow === undefined
            ? undefined
            : {
                model: new ArchivedModel(
                  this,
                  'Shadow',
                  shadow,
                  new ModelArchiveAsset(this, 'ShadowArchive', shadow.archive),
                  [log],
                ),
                instanceType: shadow.manifest.target.instanceType,
              },
        instances,
        concurrentRequests,
        night,
        capture,
      });
    }
    if (endpoint.asynchronous)
      new AsynchronousEndpoint(this, 'Asynchronous', { settings, endpoint, model, archive, data });
  }
}
