import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Rule } from './rule.ts';

/** A model is a file that others wrote, run by a server that parses it: what breaks out of that should find no network. */
export const modelNetworkIsolation: Rule = {
  name: 'model-network-isolation',
  description: 'The containers of every SageMaker model are cut off from the network.',
  fix: 'Set enableNetworkIsolation: true; SageMaker fetches models and writes results itself.',
  check: (template) => [
    ...resourcesOfType(template, 'AWS::SageMaker::Model')
      .filter(({ properties }) => properties['EnableNetworkIsolation'] !== true)
      .map(({ logicalId }) => ({ logicalId, location: 'Properties/EnableNetworkIsolation' })),
    // An inference component with a container of its own brings no model that could say it; the endpoint's configuration does.
    ...resourcesOfType(template, 'AWS::SageMaker::InferenceComponent')
      .filter(({ properties }) => property(properties, 'Specification', 'ModelName') === undefined)
      .map(({ logicalId }) => ({ logicalId, location: 'Properties/Specification/ModelName' })),
  ],
};
