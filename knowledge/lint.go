package knowledge

func (f *folder) check(b *Base) error {
	f.checkReplies(b)
	return f.errs.Err()
}
