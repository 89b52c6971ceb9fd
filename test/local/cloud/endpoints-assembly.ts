import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnEndpoint, CfnEndpointConfig, CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { archive } from '../sagemaker/tar.ts';

const region = 'eu-central-1';
const image = `785573368785.dkr.ecr.${region}.amazonaws.com/sagemaker-tritonserver:25.04-py3`;

/** Synthesizes two endpoints, the second of which may not read its model, with all that scales and watches the first. */
export function writeEndpointsAssembly(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'model.tar.gz');
  writeFileSync(file, archive({ name: 'from the asset' }));
  const app = new App({ outdir: join(folder, 'assembly'), analyticsReporting: false });
  const stack = new Stack(app, 'gpu', { env: { account: '123456789012', region } });
  const asset = new Asset(stack, 'Archive', { path: file });
  const [served] = ['served', 'denied'].map((name) => {
    const role = new Role(stack, `${name}-role`, {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': `arn:aws:sagemaker:${region}:${stack.account}:*` },
        },
      }),
    });
    if (name === 'served') {
      role.addToPolicy(
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)] }),
      );
    }
    const model = new CfnModel(stack, `${name}-model`, {
      executionRoleArn: role.roleArn,
      enableNetworkIsolation: true,
      primaryContainer: { image, modelDataUrl: asset.s3ObjectUrl, environment: { SAGEMAKER_REGION: region } },
    });
    model.node.addDependency(role);
    const config = new CfnEndpointConfig(stack, `${name}-config`, {
      productionVariants: [
        {
          variantName: 'live',
          modelName: model.attrModelName,
          instanceType: 'ml.g5.xlarge',
          initialInstanceCount: 2,
          initialVariantWeight: 1,
          routingConfig: { routingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
          modelDataDownloadTimeoutInSeconds: 600,
          containerStartupHealthCheckTimeoutInSeconds: 600,
        },
      ],
    });
    return new CfnEndpoint(stack, `${name}-endpoint`, {
      endpointName: name,
      endpointConfigName: config.attrEndpointConfigName,
      retainAllVariantProperties: true,
      deploymentConfig: {
        autoRollbackConfiguration: { alarms: [{ alarmName: 'errors' }] },
        blueGreenUpdatePolicy: { trafficRoutingConfiguration: { type: 'ALL_AT_ONCE' } },
      },
    });
  });
  const target = new CfnScalableTarget(stack, 'Target', {
    serviceNamespace: 'sagemaker',
    scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    resourceId: 'endpoint/served/variant/live',
    minCapacity: 1,
    maxCapacity: 4,
    scheduledActions: [
      { scheduledActionName: 'night', schedule: 'cron(0 22 * * ? *)', scalableTargetAction: { minCapacity: 1 } },
    ],
  });
  const policy = new CfnScalingPolicy(stack, 'Policy', {
    policyName: 'wake-up',
    policyType: 'StepScaling',
    scalingTargetId: target.ref,
    stepScalingPolicyConfiguration: { adjustmentType: 'ExactCapacity' },
  });
  const alarm = new Alarm(stack, 'Alarm', {
    metric: new Metric({ namespace: 'AWS/SageMaker', metricName: 'Invocations', period: Duration.minutes(1) }),
    threshold: 1,
    evaluationPeriods: 1,
  });
  alarm.addAlarmAction({ bind: () => ({ alarmActionArn: policy.ref }) });
  const topic = new Topic(stack, 'Topic', { enforceSSL: true });
  for (const [name, value] of Object.entries({
    Endpoint: served?.ref,
    Name: served?.attrEndpointName,
    Policy: policy.ref,
    PolicyArn: policy.attrArn,
    Target: target.attrId,
    Alarm: alarm.alarmArn,
    Topic: topic.topicArn,
  })) {
    new CfnOutput(stack, `${name}Output`, { value: value ?? '' }).overrideLogicalId(`Out${name}`);
  }
  app.synth();
}
