/** How does this round spread? A field of nodes that fills with colour as the cursor moves, and its groups. */
import { figure } from '../../sim/report/format.ts';
import { nearestRank } from '../../sim/report/percentile.ts';
import { ABSENT, latenessText } from '../../sim/report/views/lateness.ts';
import { heldBy, hopsFrom, hopText, neighbours, regionIndices, rippleByHop, rippleByRegion, rippleFinding, rippleOf, type Neighbours, type Ripple, type RippleGroup } from '../../sim/report/views/ripple.ts';
import { delayText, NEVER_US } from '../../sim/report/views/spread.ts';
import { counted, percentText, regionText } from '../../sim/report/views/words.ts';
import { REGIONS } from '../../sim/scenario/types.ts';
import { textAt } from '../../sim/trace/columns.ts';
import type { RunData } from '../data/run-data.ts';
import { h, s } from '../draw/dom.ts';
import { tableOf } from '../draw/table.ts';
import { roundAt, spreadColumns } from './charts/arrivals.ts';
import { choice } from './charts/choice.ts';
import { delayRamp, NEVER, RAMP, rampDelays } from './charts/colour.ts';
import { HALO } from './charts/plot.ts';
import { onPointer } from './charts/time.ts';
import { pixelBrushes, shapeBrush, type Brush } from './ripple-brush.ts';
import { blockLayout, ringLayout, type Layout } from './ripple-layout.ts';
import { rippleSides } from './ripple-sides.ts';
import type { MountedView, ViewContext } from './view.ts';

type Grouping = 'hops' | 'region';

/** One round, placed in one way: everything that its drawing needs. */
interface Scene {
  readonly run: RunData;
  readonly round: number;
  readonly grouping: Grouping;
  readonly ripple: Ripple;
  readonly hops: Int32Array;
  readonly regions: readonly RippleGroup[];
  readonly groups: readonly RippleGroup[];
  /** For a drawing of this size; another size is laid out when it is drawn. */
  readonly placed: { readonly width: number; readonly height: number; readonly layout: Layout } | undefined;
}
/** More nodes than this are pixels in image data; up to this, circles. */
const SHAPES_MAX = 1_500;
/** Finders whose hops are kept: counting them takes longer than a frame has. */
const HOPS_KEPT = 64;
/** Steps of the slider. */
const SLIDER = 1_000;

export function mount(_host: HTMLElement, context: ViewContext): MountedView {
  const { store, signal } = context;
  let run = context.run!;
  /** What shall be drawn, and what is. */
  let wish: { readonly round: number; readonly grouping: Grouping } = { round: 1, grouping: 'hops' };
  let scene: Scene | undefined;
  let busy = false;
  let net: Neighbours | undefined;
  let regionOf: Int32Array = regionIndices(run.nodes);
  const hopsOf = new Map<number, Int32Array>();
  /** µs after the finding that the drawing shows; how many nodes of the round's `order` are filled. */
  let momentUs = 0;
  let filled = 0;
  let field: { readonly layout: Layout; readonly brush: Brush } | undefined;
  /** Of the drawing, as it was last. */
  let size: { readonly width: number; readonly height: number } | undefined;
  const makePixelBrush = pixelBrushes();

  const numberOf = (round: number): number => run.rounds.number[round];
  const lastUs = (of: Ripple): number => of.ascendingUs[of.ascendingUs.length - 1] ?? 0;
  const firstUs = (of: Ripple): number => Math.max(1_000, of.ascendingUs.find((us) => us > 0) ?? 1_000);
  /** Where colours and the slider end: nearly all have it; a straggler does not take the whole scale. */
  const scaleUs = (of: Ripple): number => Math.max(2_000, (nearestRank(of.ascendingUs, 99, 100) ?? 1_000) * 1.1);

  // ── the field ───────────────────────────────────────────────────────────────────────────────────────────────────

  const fieldPanel = context.panel({
    id: 'field', height: 470,
    table: () => ({
      ...tableOf([{ name: 'node', number: true }, 'kind', 'region', { name: 'hops', number: true }, { name: 'arrival (ms)', number: true }], scene ? Array.from(scene.ripple.delayUs, (us, node) => [node, textAt(run.nodes.kind, node), textAt(run.nodes.region, node), scene!.hops[node] < 0 ? undefined : scene!.hops[node], us === ABSENT ? undefined : us === NEVER_US ? Number.POSITIVE_INFINITY : us / 1_000]) : []),
      onRow: (node) => store.select({ node }),
    }),
    draw(surface) {
      if (!scene) return;
      const { ripple, placed } = scene;
      const { width, height, svg } = surface;
      size = { width, height };
      const layout = placed?.width === width && placed.height === height ? placed.layout : layOut(scene.grouping, scene.hops, size);
      const ramp = delayRamp(firstUs(ripple), scaleUs(ripple));
      field = { layout, brush: (run.nodes.count > SHAPES_MAX ? makePixelBrush : shapeBrush)(surface.canvas(), width, height, layout, ripple.delayUs, ramp) };
      const over = s('g', { class: 'over' });
      for (const ring of layout.rings) {
        over.append(s('ellipse', { class: 'ring', cx: ring.x, cy: ring.y, rx: ring.rx, ry: ring.ry, fill: 'none' }));
        if (ring.label !== '') over.append(s('text', { ...HALO, x: ring.labelX, y: ring.labelY, dy: '0.32em', 'text-anchor': 'middle' }, ring.label));
      }
      for (const sector of layout.sectors) over.append(s('text', { ...HALO, class: 'halo strong', x: sector.x, y: sector.y, dy: '0.32em', 'text-anchor': Math.abs(sector.side) < 0.35 ? 'middle' : sector.side < 0 ? 'start' : 'end' }, sector.label));
      for (const block of layout.blocks) over.append(s('rect', { class: 'gridline', x: block.x, y: block.y, width: block.width, height: block.height, fill: 'none', rx: 3 }), s('text', { class: 'strong', x: block.x + 5, y: block.y + 13 }, block.width > (block.label.length + 6) * 6.8 ? `${block.label} ${figure(block.nodes)}` : block.label));
      const finder = ripple.finder;
      if (finder >= 0) over.append(s('path', { d: diamond(layout.x[finder], layout.y[finder], layout.radius + 5), fill: 'none', stroke: 'var(--cursor)', 'stroke-width': 2 }, s('title', {}, `finder: node ${finder}`)));
      svg.replaceChildren(over);
      selected = s('circle', { fill: 'none', stroke: 'var(--select)', 'stroke-width': 2.5, r: layout.radius + 4 });
      over.append(selected);
      svg.classList.add('pick');
      filled = momentUs < 0 ? 0 : heldBy(ripple, momentUs);
      const held = new Uint8Array(layout.x.length);
      for (let i = 0; i < filled; i++) held[ripple.order[i]] = 1;
      for (let node = 0; node < held.length; node++) field.brush.paint(node, held[node] === 1);
      field.brush.show();
      placeSelected();
    },
  });
  let selected: SVGCircleElement | undefined;

  /** Fills or empties exactly the nodes whose arrival lies between what is drawn and `us`. */
  function fill(us: number): void {
    if (!field || !scene) return;
    const { ripple } = scene;
    const next = us < 0 ? 0 : heldBy(ripple, us);
    if (next === filled) return;
    for (let i = filled - 1; i >= next; i--) field.brush.paint(ripple.order[i], false);
    for (let i = filled; i < next; i++) field.brush.paint(ripple.order[i], true);
    field.brush.show();
    filled = next;
  }

  function placeSelected(): void {
    const { node } = store.get().selection;
    if (!selected || !field) return;
    if (node === undefined) return selected.setAttribute('display', 'none');
    selected.removeAttribute('display');
    selected.setAttribute('cx', String(field.layout.x[node]));
    selected.setAttribute('cy', String(field.layout.y[node]));
  }

  const nodeAt = (px: number, py: number): number | undefined => {
    if (!field) return undefined;
    const { x, y, radius } = field.layout;
    let best: number | undefined;
    let least = (radius + 5) ** 2;
    for (let node = 0; node < x.length; node++) {
      const far = (x[node] - px) ** 2 + (y[node] - py) ** 2;
      if (far < least) [best, least] = [node, far];
    }
    return best;
  };
  let hovered: number | undefined;
  onPointer(fieldPanel, signal, {
    over(x, y) {
      const node = nodeAt(x, y);
      if (node === hovered) return;
      hovered = node;
      say();
    },
    leave() {
      hovered = undefined;
      say();
    },
    click(x, y) {
      const node = nodeAt(x, y);
      if (node !== undefined) store.select({ node });
    },
  });

  // ── controls ────────────────────────────────────────────────────────────────────────────────────────────────────

  const groupChoice = choice<Grouping>('place by', [['hops', 'hops from the finder'], ['region', 'region']], (value) => store.option('by', value === 'region' ? 'region' : undefined));
  const readout = h('p', { class: 'readout', 'aria-live': 'off' });
  const slider = h('input', { type: 'range', min: 0, max: SLIDER, value: 0, 'aria-label': 'time since the round was found', class: 'moment', oninput: () => {
    if (scene) store.set({ timeUs: scene.ripple.foundAtUs + (Number(slider.value) / SLIDER) * scaleUs(scene.ripple), playing: false });
  } });
  const button = (text: string, title: string, action: () => void): HTMLElement => h('button', { type: 'button', title, 'aria-label': /\w/.test(text) ? undefined : title, onclick: action }, text);
  fieldPanel.tools.append(
    h('div', { class: 'choice', role: 'group', 'aria-label': 'round' }, button('‹', 'previous round', () => step(-1)), button('›', 'next round', () => step(1)), button('▶ spread', 'play this round from its finding at real speed', () => {
      if (scene) store.set({ selection: { ...store.get().selection, round: scene.round }, timeUs: scene.ripple.foundAtUs, speed: 1, playing: true });
    })),
    slider, groupChoice.element, readout,
  );

  function step(by: number): void {
    const order = [...Array(Math.max(0, run.rounds.count - 1)).keys()].map((i) => i + 1).sort((a, b) => run.rounds.foundAtUs[a] - run.rounds.foundAtUs[b] || a - b);
    const at = order.indexOf(scene?.round ?? -1);
    const round = order[Math.min(order.length - 1, Math.max(0, at + by))];
    if (round !== undefined) store.set({ selection: { ...store.get().selection, round }, timeUs: run.rounds.foundAtUs[round] + (scene ? Math.max(0, Math.min(momentUs, scaleUs(scene.ripple))) : 0), playing: false });
  }

  function say(): void {
    if (!scene) return;
    const { ripple, hops } = scene;
    if (hovered !== undefined) {
      readout.textContent = `node ${hovered} (${textAt(run.nodes.kind, hovered)}, ${regionText(textAt(run.nodes.region, hovered))}, ${hopText(hops[hovered])}): ${latenessText(ripple.delayUs[hovered])}`;
      return;
    }
    const held = momentUs < 0 ? 0 : heldBy(ripple, momentUs);
    const share = ripple.eligible === 0 ? 0 : held / ripple.eligible;
    readout.textContent = momentUs < 0 ? `round ${numberOf(ripple.round)} is found ${delayText(Math.min(-momentUs, NEVER_US - 1))} after the cursor` : `${delayText(Math.min(Math.round(momentUs), NEVER_US - 1))} after its finding: ${figure(held)} of ${counted(ripple.eligible, 'active node')} have round ${numberOf(ripple.round)} (${percentText(share)})`;
  }

  // ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────────

  const sides = rippleSides(context);
  const panels = [fieldPanel, ...sides.panels];

  const layOut = (grouping: Grouping, hops: Int32Array, { width, height }: { readonly width: number; readonly height: number }): Layout =>
    (grouping === 'hops' ? ringLayout(hops, regionOf, REGIONS.map(regionText), width, height) : blockLayout(regionOf, REGIONS.map(regionText), width, height));

  /** With thousands of nodes each step gets a frame of its own, so that none takes longer than a frame may. */
  const rest = (): Promise<unknown> => (run.nodes.count > SHAPES_MAX ? new Promise((resolve) => requestAnimationFrame(resolve)) : Promise.resolve());

  /** Undefined where the view or the run is gone meanwhile. */
  async function prepare({ round, grouping }: typeof wish): Promise<Scene | undefined> {
    const of = run;
    const gone = (): boolean => signal.aborted || of !== run;
    const [deltaUs, links] = await Promise.all([of.arrivals(round), of.table('links')]);
    if (gone()) return undefined;
    net ??= neighbours(links, of.nodes.count);
    await rest();
    const ripple = rippleOf(spreadColumns(of), round, deltaUs);
    await rest();
    if (gone()) return undefined;
    const hops = hopsOf.get(ripple.finder) ?? hopsFrom(net, ripple.finder);
    if (hopsOf.size < HOPS_KEPT) hopsOf.set(ripple.finder, hops);
    const regions = rippleByRegion(ripple, regionOf);
    const groups = grouping === 'hops' ? rippleByHop(ripple, hops) : regions;
    await rest();
    const placed = size && { ...size, layout: layOut(grouping, hops, size) };
    return { run: of, round, grouping, ripple, hops, regions, groups, placed };
  }

  /** Draws what is wished for until it is drawn: while one round is prepared the cursor may pass others, which are left out. */
  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      while (!signal.aborted && !(scene?.run === run && scene.round === wish.round && scene.grouping === wish.grouping)) {
        const next = await prepare(wish);
        await rest();
        if (!next || signal.aborted) continue;
        scene = next;
        field = undefined;
        follow(store.get().timeUs);
        title(next);
        fieldPanel.redraw();
        await rest();
        await rest();
        sides.show(next.ripple, numberOf(next.round), next.groups, next.grouping);
      }
    } catch (problem) {
      if (!signal.aborted) for (const panel of panels) panel.fail(problem as never);
    } finally {
      busy = false;
    }
  }

  function title({ ripple, regions, grouping, round }: Scene): void {
    const lost = ripple.eligible - ripple.ascendingUs.length;
    fieldPanel.finding(rippleFinding(ripple, numberOf(round), regions), `${grouping === 'hops' ? 'rings: fewest links from the finder ◇, sectors: regions' : 'one block per region, nodes by number'}; filled: has the round, outlined: not yet, point: not active; colour: arrival (virtual)`);
    fieldPanel.legend([
      ...rampDelays(firstUs(ripple), scaleUs(ripple)).map((us, i) => ({ label: delayText(us), color: `var(${RAMP[i]})`, mark: 'dot' as const })),
      { label: 'not yet', color: 'var(--strong-line)', mark: 'ring' },
      ...(lost > 0 ? [{ label: `✕ never (${counted(lost, 'node')})`, color: `var(${NEVER})`, mark: 'ring' as const }] : []),
    ]);
  }

  function follow(timeUs: number): void {
    if (!scene) return;
    const { ripple } = scene;
    const first = roundAt(run, timeUs) === 0 && store.get().selection.round === undefined;
    // Before the first round there is nothing to follow: its whole spread is shown.
    momentUs = first ? lastUs(ripple) : timeUs - ripple.foundAtUs;
    fill(momentUs);
    slider.value = String(Math.round((Math.max(0, momentUs) / scaleUs(ripple)) * SLIDER));
    sides.moment(momentUs);
    say();
  }

  function begin(): void {
    net = undefined;
    hopsOf.clear();
    regionOf = regionIndices(run.nodes);
    if (run.rounds.count > 1 && scene) return;
    for (const panel of panels) {
      if (run.rounds.count > 1) panel.loading();
      else {
        panel.finding('No round was found');
        panel.empty('This run ended before its first round.', 'Give the scenario a longer run.duration.');
      }
    }
  }

  return {
    update(state, before) {
      if (before === undefined || state.run !== before.run) {
        run = state.run ?? run;
        begin();
      }
      wish = { round: Math.max(1, state.selection.round ?? roundAt(run, state.timeUs)), grouping: state.options['by'] === 'region' ? 'region' : 'hops' };
      groupChoice.show(wish.grouping);
      if (run.rounds.count > 1) void work();
      if (state.timeUs !== before?.timeUs || state.selection.round !== before.selection.round) follow(state.timeUs);
      if (state.selection.node !== before?.selection.node) placeSelected();
    },
  };
}

const diamond = (x: number, y: number, r: number): string => `M${x - r},${y}L${x},${y - r}L${x + r},${y}L${x},${y + r}Z`;
