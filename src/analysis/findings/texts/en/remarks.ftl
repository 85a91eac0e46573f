### What people wrote themselves: who signs it. The paragraph itself is theirs.

remark_signed = ({ $author }, { $role }, { $date })
remark_signed_invented = ({ $author }, { $role }, { $date }; an invented example)
