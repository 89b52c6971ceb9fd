import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Rule, Template } from './rule.ts';

const alarmsPath = ['DeploymentConfig', 'AutoRollbackConfiguration', 'Alarms'];

/** SageMaker rolls back only what an alarm watches; without one, a broken model replaces a good one and stays. */
export const endpointRollback: Rule = {
  name: 'endpoint-rollback',
  description:
    'Every SageMaker endpoint, or each inference component of it, is rolled back by alarms of the same template.',
  fix: 'Give its deploymentConfig the alarms of a RollbackAlarms.',
  check: (template) => {
    const components = resourcesOfType(template, 'AWS::SageMaker::InferenceComponent');
    return [
      ...components,
      ...resourcesOfType(template, 'AWS::SageMaker::Endpoint').filter(
        ({ properties }) =>
          !components.some((component) => component.properties['EndpointName'] === properties['EndpointName']),
      ),
    ]
      .filter(({ properties }) => !isWatched(template, properties))
      .map(({ logicalId }) => ({ logicalId, location: `Properties/${alarmsPath.join('/')}` }));
  },
};

function isWatched(template: Template, properties: Readonly<Record<string, unknown>>): boolean {
  const alarms = property(properties, ...alarmsPath);
  if (!Array.isArray(alarms) || alarms.length === 0) return false;
  return alarms.every((alarm) => {
    const id = property(alarm, 'AlarmName', 'Ref');
    return typeof id === 'string' && template.Resources?.[id]?.Type === 'AWS::CloudWatch::Alarm';
  });
}
