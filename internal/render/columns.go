package render

import (
	"portpress/internal/dataset"
	"portpress/internal/format"
)

// TableHeadings gives the head of the table of ports as documents show it, as
// cells: the dataset's own columns stand before the remarks, which a table has
// where any of its rows says more than the other columns hold.
func (d *Data) TableHeadings() format.Cells {
	cells := append(format.Cells{"Hosts", "Port", "Scope", "Purpose"}, d.ColumnHeadings()...)
	if d.remarked {
		cells = append(cells, "Remarks")
	}
	return cells
}

// TableCells gives what a row says below these headings.
func (d *Data) TableCells(p *dataset.Port) format.Cells {
	cells := append(make(format.Cells, 0, 5+len(d.Columns)), p.Hosts.Title(), p.Title(), p.ScopeTitle(), p.Caption())
	for _, c := range d.Columns {
		cells = append(cells, p.Column(c.ID))
	}
	if d.remarked {
		cells = append(cells, p.RemarkLines())
	}
	return cells
}

// ColumnHeadings gives the headings of the dataset's own columns, as cells of a
// table's head.
func (d *Data) ColumnHeadings() format.Cells {
	var cells format.Cells
	for _, c := range d.Columns {
		cells = append(cells, c.Name)
	}
	return cells
}

// ColumnCells gives what a row says in them, as cells.
func (d *Data) ColumnCells(p *dataset.Port) format.Cells {
	var cells format.Cells
	for _, c := range d.Columns {
		cells = append(cells, p.Column(c.ID))
	}
	return cells
}

// ColumnValues gives what a row says in them, by id, as far as it does.
func (d *Data) ColumnValues(p *dataset.Port) (*format.Object, error) {
	var pairs []any
	for _, c := range d.Columns {
		if text := p.Column(c.ID); text != "" {
			pairs = append(pairs, c.ID, text)
		}
	}
	return format.NewObject(pairs...)
}

// FlowHeadings gives the names of what a table of flows has only where one of
// them has it: cells for the head of a .csv.
func (d *Data) FlowHeadings() format.Cells {
	if !d.assumes {
		return nil
	}
	return format.Cells{"assumption"}
}

// FlowCells gives what a flow has there.
func (d *Data) FlowCells(f *dataset.Flow) format.Cells {
	if !d.assumes {
		return nil
	}
	return format.Cells{f.Assumption()}
}

// RareHeadings gives the names of what tables have only where a row says it,
// then the ids of the dataset's own columns: cells for the head of a .csv.
func (d *Data) RareHeadings() format.Cells {
	var cells format.Cells
	if d.betweens {
		cells = append(cells, "between")
	}
	for _, c := range d.Columns {
		cells = append(cells, c.ID)
	}
	return cells
}

// RareCells gives what a row says there.
func (d *Data) RareCells(p *dataset.Port) format.Cells {
	var cells format.Cells
	if d.betweens {
		cells = append(cells, p.BetweenIDs())
	}
	return append(cells, d.ColumnCells(p)...)
}
