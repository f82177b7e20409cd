package knowledge

func (f *folder) check(b *Base) error { return f.errs.Err() }
