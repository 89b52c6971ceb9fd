/** Systems outside that are told what tenants used, hour by hour. */
export const destinations = ['stripe', 'marketplace', 'openmeter'] as const;
export type Destination = (typeof destinations)[number];
