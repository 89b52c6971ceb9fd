import { Stack, Validations } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DataStack } from '../stacks/data-stack.ts';
import { objectsWildcard } from './objects-wildcard.ts';
import type { TritonImage } from './triton-image.ts';

/**
 * What SageMaker acts as for one model: it fetches the container, writes its log and its metrics. What it may read or write besides is one
 * call of `allow` each. The container itself is isolated from the network and never holds these credentials.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms
 */
export class ModelRole extends Role {
  constructor(scope: Construct, id: string, image: TritonImage, logs: readonly ILogGroup[]) {
    super(scope, id, {
      // Without the condition, SageMaker could be made to act as this role on behalf of another account:
      // https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
      }),
    });

    this.allow('ecr:BatchCheckLayerAvailability', image.repositoryArn);
    this.allow('ecr:BatchGetImage', image.repositoryArn);
    this.allow('ecr:GetDownloadUrlForLayer', image.repositoryArn);
    this.allow('ecr:GetAuthorizationToken', '*');

    for (const log of logs) {
      this.allow('logs:CreateLogStream', log.logGroupArn);
      this.allow('logs:DescribeLogStreams', log.logGroupArn);
      this.allow('logs:PutLogEvents', log.logGroupArn);
    }

    this.allow('cloudwatch:PutMetricData', '*', {
      StringEquals: {
        'cloudwatch:namespace': ['AWS/SageMaker', '/aws/sagemaker/Endpoints', '/aws/sagemaker/InferenceComponents'],
      },
    });

    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'ecr:GetAuthorizationToken and cloudwatch:PutMetricData take no resource; the latter is held to the namespaces of SageMaker.',
    });
  }

  /** Grants one action on one resource. */
  allow(action: string, resourceArn: string, conditions?: Conditions): void {
    this.addToPolicy(
      new PolicyStatement({
        actions: [action],
        resources: [resourceArn],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }

  /** Grants one action on the keys of a bucket that match: a wildcard, for a reason. */
  allowObjects(action: string, data: DataStack, bucket: 'artifacts' | 'results', keys: string, reason: string): void {
    this.allow(action, data[bucket].arnForObjects(keys));
    Validations.of(this).acknowledge({ id: objectsWildcard(data, bucket, keys), reason });
  }

  /** Grants one use of the key, but only through a service that encrypts with it. */
  allowKey(action: string, key: IKey, service: 's3' | 'sns'): void {
    const { region, urlSuffix } = Stack.of(this);
    this.allow(action, key.keyArn, { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } });
  }
}
