import { type IAspect, Stack } from 'aws-cdk-lib';
import { Alarm, type CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';

/**
 * Lets every alarm tell a topic when it is raised, so that none is made that nobody hears. One that has an action is no call for help: it
 * starts instances.
 */
export class AlarmsTell implements IAspect {
  readonly #topic: ITopic;

  constructor(topic: ITopic) {
    this.#topic = topic;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof Alarm)) return;
    const { alarmActions } = node.node.defaultChild as CfnAlarm;
    if (Stack.of(node).resolve(alarmActions) === undefined) node.addAlarmAction(new SnsAction(this.#topic));
  }
}
