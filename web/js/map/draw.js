// Drawing one area on the map: polygon, rectangle, circle, lasso, edit, undo. A new area takes the place of the old one.
import { TerraDrawMapLibreGLAdapter } from "../../vendor/terra-draw-maplibre-gl-adapter-1.4.1/terra-draw-maplibre-gl-adapter.js";
import {
  TerraDraw, TerraDrawCircleMode, TerraDrawFreehandMode, TerraDrawModeUndoRedo, TerraDrawPolygonMode,
  TerraDrawRectangleMode, TerraDrawSelectMode, TerraDrawSessionUndoRedo,
} from "../../vendor/terra-draw-1.35.0/terra-draw.js";
import { drawInk } from "./style.js";

/** @typedef {import("../tiers.js").Theme} Theme */
/** @typedef {import("../state.js").Area} Area */
/** @typedef {"polygon" | "rectangle" | "circle" | "freehand"} Shape */
/** @typedef {Shape | "select" | "static"} Tool */

/** @type {Shape[]} */
const SHAPES = ["polygon", "rectangle", "circle", "freehand"];

export class Pencil {
  /**
   * @param {import("./map.js").HouseMap} map
   * @param {Theme} theme
   * @param {{ area: (area: Area | null) => void, sketch: (area: Area) => void, tool: (tool: Tool) => void, history: () => void }} heard
   */
  constructor(map, theme, heard) {
    this.map = map;
    this.heard = heard;
    /** @type {Tool} */
    this.tool = "static";
    const look = this.looks(theme);
    const wide = { draggable: true, coordinates: { midpoints: true, draggable: true, deletable: true } };
    const step = /** @type {const} */ ("click-move-or-drag");
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: map.gl, renderBelowLayerId: "none" }),
      modes: [
        new TerraDrawPolygonMode({ styles: look.shape }),
        new TerraDrawRectangleMode({ styles: look.shape, drawInteraction: step }),
        new TerraDrawCircleMode({ styles: look.shape, drawInteraction: step, segments: 64 }),
        new TerraDrawFreehandMode({ styles: look.shape, drawInteraction: "click-drag", minDistance: 12 }),
        new TerraDrawSelectMode({
          styles: look.select,
          flags: {
            polygon: { feature: wide }, freehand: { feature: wide },
            rectangle: { feature: { draggable: true, coordinates: { resizable: "opposite" } } },
            circle: { feature: { draggable: true, coordinates: { resizable: "center-fixed" } } },
          },
        }),
      ],
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo(), sessionLevel: new TerraDrawSessionUndoRedo() },
    });
    this.draw.start();
    this.draw.on("finish", (id, context) => this.finished(id, context.action));
    this.draw.on("change", (_ids, type) => { if (type === "delete" && this.tool === "select" && !this.drawn().length) this.report(); });
    this.draw.on("change", () => this.sketched());
    this.draw.on("history", () => heard.history());
  }

  /** The finished shapes, without guides and handles. */
  drawn() {
    return this.draw.getSnapshot().filter((feature) => feature.geometry.type === "Polygon" && SHAPES.includes(/** @type {Shape} */ (feature.properties.mode)));
  }

  /** The drawn area. @returns {Area | null} */
  area() {
    const [feature] = this.drawn();
    if (!feature) return null;
    const ring = /** @type {number[][][]} */ (feature.geometry.coordinates)[0].map(([lng, lat]) => [round(lng), round(lat)]);
    return { type: "Polygon", coordinates: [ring] };
  }

  /** Tells of the shape under the pencil while it changes. */
  sketched() {
    if (this.tool === "static") return;
    const ring = this.drawn().at(-1)?.geometry.coordinates[0];
    if (Array.isArray(ring) && ring.length >= 4) this.heard.sketch({ type: "Polygon", coordinates: [/** @type {number[][]} */ (ring).map(([lng, lat]) => [round(lng), round(lat)])] });
  }

  /** @param {Tool} tool */
  take(tool) {
    if (tool === "select" && !this.drawn().length) return;
    this.tool = tool;
    // The click that ends a drawing reaches the map after the tool is put away; it must not pick a house.
    if (tool === "static") setTimeout(() => { this.map.picking = this.tool === "static"; }, 350);
    else this.map.picking = false;
    this.map.gl.getCanvas().classList.remove("over");
    this.draw.setMode(tool);
    const [feature] = this.drawn();
    if (tool === "select" && feature) this.draw.selectFeature(/** @type {string} */ (feature.id));
    this.heard.tool(tool);
    this.heard.history();
  }

  /** Shows an area that came from elsewhere (the address, a form). @param {Area | null} area */
  put(area) {
    if (JSON.stringify(area) === JSON.stringify(this.area())) return;
    if (this.tool !== "static") this.take("static");
    const old = this.drawn().map((feature) => /** @type {string} */ (feature.id));
    if (area) this.draw.addFeatures([{ type: "Feature", geometry: area, properties: { mode: "polygon" } }]);
    if (old.length) this.draw.removeFeatures(old);
    this.heard.history();
  }

  /** One step back. A replaced area is two steps of the library: the new one goes, the old one comes back. */
  undo() {
    do this.draw.undo(); while (this.tool !== "polygon" && this.drawn().length > 1 && this.draw.canUndo());
    this.afterHistory();
  }

  redo() {
    do this.draw.redo(); while (this.tool !== "polygon" && this.drawn().length > 1 && this.draw.canRedo());
    this.afterHistory();
  }

  canUndo() {
    return this.draw.canUndo();
  }

  canRedo() {
    return this.draw.canRedo();
  }

  /** Deletes the area; undo brings it back. */
  erase() {
    const ids = this.drawn().map((feature) => /** @type {string} */ (feature.id));
    this.take("static");
    if (ids.length) this.draw.removeFeatures(ids);
    this.report();
  }

  /** @param {Theme} theme */
  dress(theme) {
    const look = this.looks(theme);
    this.draw.updateModeOptions("polygon", { styles: look.shape });
    this.draw.updateModeOptions("rectangle", { styles: look.shape });
    this.draw.updateModeOptions("circle", { styles: look.shape });
    this.draw.updateModeOptions("freehand", { styles: look.shape });
    this.draw.updateModeOptions("select", { styles: look.select });
  }

  afterHistory() {
    if (this.drawn().length || this.draw.getModeState() === "drawing") {
      if (this.draw.getModeState() !== "drawing") this.report();
    } else this.report();
    this.heard.history();
  }

  /**
   * @param {string | number} id
   * @param {string} action
   */
  finished(id, action) {
    if (action === "draw") {
      const old = this.drawn().map((feature) => feature.id).filter((other) => other !== id);
      // After the library's own bookkeeping of this event, else its undo stack loses the new shape.
      queueMicrotask(() => {
        if (old.length) this.draw.removeFeatures(/** @type {string[]} */ (old));
        this.take("static");
        this.report();
      });
    } else this.report();
  }

  report() {
    this.heard.area(this.area());
    this.heard.history();
  }

  /** Colours and sizes. A circle has so many corners that only every eighth gets a handle. @param {Theme} theme */
  looks(theme) {
    const { line, paper } = drawInk(theme);
    const handle = (/** @type {number} */ width) => (/** @type {{ properties: Record<string, unknown> }} */ feature) => {
      const corners = this.drawn()[0]?.geometry.coordinates[0];
      return Array.isArray(corners) && corners.length > 60 && Number(feature.properties.index) % 8 ? 0 : width;
    };
    const point = { closingPointColor: line, closingPointWidth: 5, closingPointOutlineColor: paper, closingPointOutlineWidth: 2 };
    return {
      shape: { fillColor: line, fillOpacity: 0.06, outlineColor: line, outlineWidth: 2.5, ...point },
      select: {
        selectedPolygonColor: line, selectedPolygonFillOpacity: 0.08, selectedPolygonOutlineColor: line, selectedPolygonOutlineWidth: 3,
        selectionPointColor: paper, selectionPointWidth: handle(5), selectionPointOutlineColor: line, selectionPointOutlineWidth: handle(2.5),
        midPointColor: line, midPointWidth: 3, midPointOutlineColor: paper, midPointOutlineWidth: 1.5,
      },
    };
  }
}

/** @param {number} degrees */
const round = (degrees) => Math.round(degrees * 1e6) / 1e6;
