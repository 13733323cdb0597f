/**
 * A process of its own that turns chart options into PNG: what it loads is large and partly native, so it comes when a
 * picture is wanted and goes when none is, and whatever happens in it happens to no one else. Plain JavaScript, so that
 * it runs from src/ as from dist/.
 */
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer]);

const require = createRequire(import.meta.url);
const font = {
  ...{ fontFiles: [require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')], loadSystemFonts: false },
  defaultFontFamily: 'DejaVu Sans',
};

function draw({ width, height, scale, option }) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    const fitTo = { mode: 'width', value: width * scale };
    return new Resvg(chart.renderToSVGString(), { fitTo, font }).render().asPng();
  } finally {
    chart.dispose();
  }
}

process.on('message', ({ id, drawing }) => {
  try {
    process.send({ id, png: draw(drawing) });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
