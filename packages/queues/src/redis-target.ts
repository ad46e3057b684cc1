/** Where Redis is, as the configuration says it. */
export type RedisTarget =
  | { readonly kind: 'single'; readonly url: string }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly RedisNode[];
      readonly masterName: string;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
      readonly db?: number | undefined;
      readonly tls: boolean;
    }
  | {
      readonly kind: 'cluster';
      readonly nodes: readonly RedisNode[];
      readonly username?: string | undefined;
      readonly password?: string | undefined;
      readonly tls: boolean;
    };

export type RedisNode = { readonly host: string; readonly port: number };

/** The place in words, without its password. */
export function describeTarget(target: RedisTarget): string {
  switch (target.kind) {
    case 'single': {
      const { protocol, host, pathname } = new URL(target.url);
      return `${protocol}//${host}${pathname}`;
    }
    case 'sentinel':
      return `sentinels ${target.sentinels.map(nodeName).join(', ')} (master ${target.masterName})`;
    case 'cluster':
      return `cluster ${target.nodes.map(nodeName).join(', ')}`;
  }
}

function nodeName({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}
