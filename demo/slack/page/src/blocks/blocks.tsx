import type { ComponentType, ReactNode } from 'react';
import { text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { Unknown } from '../elements/element.tsx';
import { Card, Carousel, Container, Plan, TaskCard } from './cards.tsx';
import { Chart } from './chart.tsx';
import { DataTable } from './data-table.tsx';
import { ImageBlock } from './image.tsx';
import { Input } from './input.tsx';
import { Markdown } from './markdown.tsx';
import { RichText } from './rich-text.tsx';
import {
  Actions,
  Alert,
  type BlockProps,
  Context,
  Divider,
  Header,
  RemoteFile,
  Section,
  Video,
} from './simple.tsx';
import { InBlock } from './surface.tsx';
import { Table } from './table.tsx';

/** How each block is drawn: https://docs.slack.dev/reference/block-kit/blocks. A new one is a file and a line here. */
const drawn: Readonly<Record<string, ComponentType<BlockProps>>> = {
  actions: Actions,
  alert: Alert,
  card: Card,
  carousel: Carousel,
  container: Container,
  context: Context,
  context_actions: Actions,
  data_table: DataTable,
  data_visualization: Chart,
  divider: Divider,
  file: RemoteFile,
  header: Header,
  image: ImageBlock,
  input: Input,
  markdown: Markdown,
  plan: Plan,
  rich_text: RichText,
  section: Section,
  table: Table,
  task_card: TaskCard,
  video: Video,
};

const drawInner = (blocks: readonly Json[]): ReactNode => <Blocks blocks={blocks} />;

/** A message's or view's blocks, in order. */
export const Blocks = ({ blocks }: { readonly blocks: readonly Json[] }) => (
  <div className="blocks">
    {blocks.map((block, index) => {
      const id = text(block['block_id']);
      const Drawn = drawn[text(block['type'])];
      return (
        <InBlock key={id || index} id={id}>
          {Drawn === undefined ? (
            <Unknown type={text(block['type'])} />
          ) : (
            <Drawn block={block} drawInner={drawInner} />
          )}
        </InBlock>
      );
    })}
  </div>
);
