import * as z from 'zod';
import { type AwsAnswer, type AwsCall, AwsError } from '../../endpoint/aws-call.ts';
import { authorize } from '../../iam/authorize.ts';
import { s3Url } from '../definition/s3-url.ts';
import type { Endpoint } from '../hosting/endpoint.ts';
import type { Variant } from '../hosting/variant.ts';
import type { SageMakerState } from '../sagemaker-state.ts';

const input = z.object({ EndpointName: z.string().min(1).max(63) });
const denied = { code: 'AccessDeniedException', status: 400 };

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html @throws AwsError */
export function describeEndpoint({ region, account, endpoints }: SageMakerState, call: AwsCall): AwsAnswer {
  const { EndpointName: name } = parsed(call.body);
  const resource = `arn:aws:sagemaker:${region}:${account}:endpoint/${name.toLowerCase()}`;
  authorize({ principal: call.principal, action: 'sagemaker:DescribeEndpoint', resource }, denied);
  const endpoint = endpoints.find(name);
  if (endpoint === undefined) throw new AwsError('ValidationException', 400, `Could not find endpoint "${resource}".`);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(described(endpoint)),
  };
}

function parsed(body: Buffer): z.infer<typeof input> {
  try {
    return input.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new AwsError('ValidationException', 400, 'EndpointName is missing, or no name.', { cause });
  }
}

const described = (endpoint: Endpoint): object => ({
  EndpointName: endpoint.name,
  EndpointArn: endpoint.arn,
  EndpointConfigName: endpoint.config.name,
  EndpointStatus: endpoint.status,
  FailureReason: endpoint.failureReason,
  CreationTime: endpoint.createdAtMs / 1000,
  LastModifiedTime: endpoint.modifiedAtMs / 1000,
  ...(endpoint.status !== 'Failed' && { ProductionVariants: endpoint.variants.map(summary) }),
  ...(endpoint.shadows.length > 0 && { ShadowProductionVariants: endpoint.shadows.map(summary) }),
  DataCaptureConfig: captureSummary(endpoint),
  AsyncInferenceConfig: asynchronousSummary(endpoint),
});

/** One process stands for all instances of a variant: either all are there, or none is. */
const summary = ({ definition, server }: Variant): object => ({
  VariantName: definition.name,
  ...(definition.model && { DeployedImages: [{ SpecifiedImage: definition.model.image }] }),
  CurrentWeight: definition.weight,
  DesiredWeight: definition.weight,
  CurrentInstanceCount: server === undefined || server.isHealthy ? definition.instanceCount : 0,
  DesiredInstanceCount: definition.instanceCount,
});

function captureSummary({ config: { capture } }: Endpoint): object | undefined {
  return (
    capture && {
      EnableCapture: true,
      CaptureStatus: 'Started',
      CurrentSamplingPercentage: capture.samplingPercentage,
      DestinationS3Uri: s3Url(capture.destination),
      KmsKeyId: capture.kmsKeyId ?? '',
    }
  );
}

function asynchronousSummary({ config: { asynchronous } }: Endpoint): object | undefined {
  return (
    asynchronous && {
      ClientConfig: { MaxConcurrentInvocationsPerInstance: asynchronous.concurrentInvocationsMax },
      OutputConfig: {
        S3OutputPath: s3Url(asynchronous.output),
        ...(asynchronous.failure && { S3FailurePath: s3Url(asynchronous.failure) }),
      },
    }
  );
}
